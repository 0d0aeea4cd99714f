package dev.pounce.otel;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.pounce.app.Address;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestStarted;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a span says of a request: OpenTelemetry's semantic conventions for HTTP servers, and the
 * numbers that find the same request in Pounce's logs.
 *
 * @param methods those that are told apart; there must not be endlessly many
 */
record Conventions(Set<String> methods) {

  /** RFC 9110 and RFC 5789. */
  static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private static final AttributeKey<String> METHOD = stringKey("http.request.method");
  private static final AttributeKey<String> METHOD_ORIGINAL =
      stringKey("http.request.method_original");
  private static final AttributeKey<String> PATH = stringKey("url.path");
  private static final AttributeKey<String> QUERY = stringKey("url.query");
  private static final AttributeKey<String> SCHEME = stringKey("url.scheme");
  private static final AttributeKey<String> PROTOCOL = stringKey("network.protocol.name");
  private static final AttributeKey<String> VERSION = stringKey("network.protocol.version");
  private static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
  private static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
  private static final AttributeKey<String> CLIENT_ADDRESS = stringKey("client.address");
  private static final AttributeKey<String> PEER_ADDRESS = stringKey("network.peer.address");
  private static final AttributeKey<Long> PEER_PORT = longKey("network.peer.port");
  private static final AttributeKey<String> USER_AGENT = stringKey("user_agent.original");
  private static final AttributeKey<Long> STATUS = longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");

  private static final String EXCEPTION = "exception";
  private static final AttributeKey<String> EXCEPTION_TYPE = stringKey("exception.type");
  private static final AttributeKey<String> EXCEPTION_MESSAGE = stringKey("exception.message");
  private static final AttributeKey<String> EXCEPTION_TRACE = stringKey("exception.stacktrace");

  private static final AttributeKey<String> REQUEST_ID = stringKey("pounce.request_id");
  private static final AttributeKey<Long> CONNECTION_ID = longKey("pounce.connection_id");
  private static final AttributeKey<Long> WORKER_ID = longKey("pounce.worker_id");

  private static final String OTHER = "_OTHER";
  private static final String WEBSOCKET_VERSION = "13";
  private static final int FIRST_SERVER_ERROR = 500;

  /** Signatures, which are as good as a password for as long as they last. */
  private static final Pattern SECRETS =
      Pattern.compile(
          "(?<![^&])(AWSAccessKeyId|Signature|sig|X-Goog-Signature"
              + "|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=[^&]*");

  /** The name of the span: a path in it would make endlessly many. */
  String name(HttpScope scope) {
    return methods.contains(scope.method()) ? scope.method() : "HTTP";
  }

  /** What is known of a request before the application gets it; samplers may look at it. */
  void describe(HttpScope scope, SpanBuilder span) {
    boolean known = methods.contains(scope.method());
    span.setAttribute(METHOD, known ? scope.method() : OTHER)
        .setAttribute(METHOD_ORIGINAL, known ? null : scope.method())
        .setAttribute(PATH, scope.rawPath())
        .setAttribute(QUERY, query(scope.queryString()))
        .setAttribute(SCHEME, scope.scheme())
        .setAttribute(VERSION, scope.httpVersion())
        .setAttribute(USER_AGENT, scope.headers().first("user-agent"))
        .setAttribute(REQUEST_ID, (String) scope.extensions().get("request_id"));
    Address client = scope.client();
    if (client != null) {
      span.setAttribute(CLIENT_ADDRESS, client.host());
    }
    String host = scope.headers().first("host");
    if (host != null && !host.isEmpty()) {
      server(host, span);
    }
  }

  private static @Nullable String query(String query) {
    return query.isEmpty() ? null : SECRETS.matcher(query).replaceAll("$1=REDACTED");
  }

  /** The name, and the port where it has one, of a Host field that the server has checked. */
  private static void server(String host, SpanBuilder span) {
    int bracket = host.indexOf(']');
    int colon = host.indexOf(':', bracket + 1);
    int end = colon < 0 ? host.length() : colon;
    span.setAttribute(
        SERVER_ADDRESS, bracket < 0 ? host.substring(0, end) : host.substring(1, bracket));
    if (colon >= 0 && colon + 1 < host.length()) {
      span.setAttribute(SERVER_PORT, Long.parseLong(host, colon + 1, host.length(), 10));
    }
  }

  /** Where the request came from, and who has it. */
  void started(RequestStarted request, Span span) {
    ConnectionOpened connection = request.connection();
    if (connection.clientPort() != 0) { // 0: a Unix domain socket, whose peers have no address
      span.setAttribute(PEER_ADDRESS, connection.clientAddr());
      span.setAttribute(PEER_PORT, connection.clientPort());
    }
    if (request.protocol() == Protocol.WEBSOCKET) {
      span.setAttribute(PROTOCOL, "websocket");
      span.setAttribute(VERSION, WEBSOCKET_VERSION);
    }
    span.setAttribute(CONNECTION_ID, connection.connectionId());
    span.setAttribute(WORKER_ID, request.workerId());
  }

  /** A response went out whole. That a client asked for what is not there is no error of ours. */
  void completed(int status, Span span) {
    span.setAttribute(STATUS, status);
    if (status >= FIRST_SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ERROR_TYPE, Integer.toString(status));
    }
  }

  /** The request failed; a status of 0 was never sent. */
  void failed(int status, Throwable error, Instant timestamp, Span span) {
    String message = error.getMessage();
    if (status != 0) {
      span.setAttribute(STATUS, status);
    }
    span.setStatus(StatusCode.ERROR, message == null ? "" : message);
    span.setAttribute(ERROR_TYPE, error.getClass().getName());
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    span.addEvent(
        EXCEPTION,
        Attributes.builder()
            .put(EXCEPTION_TYPE, error.getClass().getName())
            .put(EXCEPTION_MESSAGE, message)
            .put(EXCEPTION_TRACE, trace.toString())
            .build(),
        timestamp);
  }

  /** The client left: what can't be sent to its end has failed, whoever is to blame. */
  void disconnected(Span span) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(ERROR_TYPE, "client_disconnected");
  }
}
