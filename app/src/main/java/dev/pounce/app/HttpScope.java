package dev.pounce.app;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, without its body.
 *
 * @param method the method as sent, case kept (RFC 9110, section 9.1)
 * @param path the path with percent-encoding decoded as UTF-8; {@code *} for {@code OPTIONS *}
 * @param rawPath the path as sent, ASCII
 * @param queryString what follows the first {@code ?}, as sent; empty where there is none
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2}
 * @param scheme {@code https} inside TLS, else {@code http}; from {@code X-Forwarded-Proto} if the
 *     peer is trusted
 * @param headers the request's header fields, in order
 * @param client the client, by {@code X-Forwarded-For} if the peer is trusted (then with port 0);
 *     null on a Unix domain socket
 * @param server the address that the connection was accepted on; null on a Unix domain socket
 * @param extensions what the server adds: {@code request_id}, the request's ID as a String; inside
 *     TLS {@code tls}, a map with the names of ASGI's TLS extension, without those that have no
 *     value
 * @param state what the life span has stored
 */
public record HttpScope(
    String method,
    String path,
    String rawPath,
    String queryString,
    String httpVersion,
    String scheme,
    Headers headers,
    @Nullable Address client,
    @Nullable Address server,
    Map<String, Object> extensions,
    Map<String, Object> state)
    implements Scope {}
