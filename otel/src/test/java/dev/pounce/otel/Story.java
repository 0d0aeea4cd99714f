package dev.pounce.otel;

import dev.pounce.app.Address;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.server.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** One request as a server tells a tracer of it. */
final class Story {

  static final String ID = "a1b2c3d4e5f67890abcdef1234567890";
  static final Duration TAKEN = Duration.ofMillis(250);

  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private static final RequestId REQUEST_ID = RequestId.adopt(ID);
  private static final ConnectionOpened CONNECTION = connection("192.0.2.7", 54_321);

  private final Tracer tracer;
  private final HttpScope scope;
  private final Trace trace;
  private final RequestStarted started;
  private final Instant begun;

  private Story(Tracer tracer, HttpScope scope, ConnectionOpened connection, Protocol protocol) {
    this.tracer = tracer;
    this.scope = scope;
    this.begun = Instant.now().truncatedTo(ChronoUnit.MICROS);
    this.trace = tracer.start(scope, begun);
    this.started =
        new RequestStarted(
            connection, REQUEST_ID, scope.method(), scope.rawPath(), "1.1", protocol, trace, begun);
    tracer.record(connection);
    tracer.record(started);
  }

  /** The request has come in and the application is about to be called. */
  static Story begin(Tracer tracer, HttpScope scope) {
    return new Story(tracer, scope, CONNECTION, Protocol.H1);
  }

  static Story beginWebSocket(Tracer tracer) {
    return new Story(tracer, get("/chat"), CONNECTION, Protocol.WEBSOCKET);
  }

  static Story beginOnUnixSocket(Tracer tracer, HttpScope scope) {
    return new Story(tracer, scope, connection("unix", 0), Protocol.H1);
  }

  static Story begin(Tracer tracer, String... headers) {
    return begin(tracer, get("/", headers));
  }

  private static ConnectionOpened connection(String address, int port) {
    return new ConnectionOpened(42, 3, address, port, "192.0.2.1", 8000, Protocol.H1, NOW);
  }

  static HttpScope get(String target, String... headers) {
    return scope("GET", target, headers);
  }

  static HttpScope scope(String method, String target, String... headers) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return new HttpScope(
        method,
        path,
        path,
        query < 0 ? "" : target.substring(query + 1),
        "1.1",
        "http",
        Headers.of(headers),
        new Address("203.0.113.9", 0),
        new Address("192.0.2.1", 8000),
        Map.of("request_id", ID),
        Map.of());
  }

  Trace trace() {
    return trace;
  }

  HttpScope scope() {
    return scope;
  }

  /** When the server said that it began. */
  Instant begun() {
    return begun;
  }

  /** When it ended, by its event. */
  Instant ended() {
    return begun.plus(TAKEN);
  }

  void completes(int status) {
    tracer.record(new ResponseCompleted(started, status, 1, TAKEN, ended()));
  }

  void completesAt(Instant time) {
    tracer.record(new ResponseCompleted(started, 200, 1, TAKEN, time));
  }

  void fails(int status, Throwable error) {
    tracer.record(new RequestFailed(started, status, 0, TAKEN, error, ended()));
  }

  void isLeft() {
    tracer.record(new ClientDisconnected(CONNECTION, started, true, 0, TAKEN, ended()));
  }
}
