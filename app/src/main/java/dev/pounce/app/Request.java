package dev.pounce.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a {@link Handler} sees it. Used on the connection's thread. */
public final class Request {

  private final HttpScope scope;
  private final Receive receive;
  private @Nullable RequestBody body;

  Request(HttpScope scope, Receive receive) {
    this.scope = scope;
    this.receive = receive;
  }

  /** The scope that this request was made from. */
  public HttpScope scope() {
    return scope;
  }

  /** The method as sent, such as {@code GET}. */
  public String method() {
    return scope.method();
  }

  /** The path with percent-encoding decoded. */
  public String path() {
    return scope.path();
  }

  /** The request's header fields. */
  public Headers headers() {
    return scope.headers();
  }

  /** The value of the first header field with this name, or null. */
  public @Nullable String header(String name) {
    return scope.headers().first(name);
  }

  /**
   * The value of the first query parameter with this name, decoded as a form's field is, or null.
   * Where the percent-encoding is broken, the text stays as it was sent.
   */
  public @Nullable String query(String name) {
    String query = scope.queryString();
    int from = 0;
    while (from < query.length()) {
      int to = query.indexOf('&', from);
      to = to < 0 ? query.length() : to;
      int equals = query.indexOf('=', from);
      int nameEnd = equals < 0 || equals > to ? to : equals;
      if (decode(query.substring(from, nameEnd)).equals(name)) {
        return decode(query.substring(Math.min(nameEnd + 1, to), to));
      }
      from = to + 1;
    }
    return null;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** The client's address, or null on a Unix domain socket. */
  public @Nullable Address client() {
    return scope.client();
  }

  /** The request's ID, as the response and the logs carry it. */
  public String id() {
    return String.valueOf(scope.extensions().get("request_id"));
  }

  /** What the life span has stored. */
  public Map<String, Object> state() {
    return scope.state();
  }

  /** The body as a stream; the same stream at every call. Reading waits for the client. */
  public InputStream body() {
    RequestBody stream = body;
    if (stream == null) {
      stream = new RequestBody(receive);
      body = stream;
    }
    return stream;
  }

  /**
   * The whole body, or what is left of it.
   *
   * @throws DisconnectedException if the body does not arrive whole
   */
  public byte[] bytes() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    body().transferTo(whole);
    return whole.toByteArray();
  }

  /**
   * The whole body as UTF-8 text.
   *
   * @throws DisconnectedException if the body does not arrive whole
   */
  public String text() throws IOException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
