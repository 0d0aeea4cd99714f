package dev.pounce.server.exchange;

/**
 * What a request asks for.
 *
 * @param method the method as sent
 * @param path the path, percent-encoding decoded
 * @param rawPath the path as sent
 * @param queryString what follows the first question mark; empty where there is none
 * @param httpVersion 1.0, 1.1 or 2
 */
public record RequestLine(
    String method, String path, String rawPath, String queryString, String httpVersion) {

  /** What stands in a log where the request could not be read. */
  public static final RequestLine UNREAD = new RequestLine("-", "-", "-", "", "1.1");

  /** The line of a request for this path. */
  public static RequestLine of(String method, Path path, String httpVersion) {
    return new RequestLine(method, path.decoded(), path.raw(), path.query(), httpVersion);
  }
}
