package dev.pounce.app;

/**
 * The head of a response. It goes out together with the first {@link HttpResponseBody}.
 *
 * <p>The server adds {@code Date}, {@code Server}, {@code X-Request-ID} and what frames the body. A
 * {@code Content-Length} given here is checked against the body. {@code Transfer-Encoding} and
 * {@code Connection} belong to the server: what is given here is left out, but {@code Connection:
 * close} is obeyed.
 *
 * @param status 200 to 599 (RFC 9110, section 15)
 * @param headers the header fields, in order
 */
public record HttpResponseStart(int status, Headers headers) implements Outbound {}
