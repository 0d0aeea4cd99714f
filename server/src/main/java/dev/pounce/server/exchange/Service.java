package dev.pounce.server.exchange;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.app.WebSocketScope;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.Trace;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.trace.Tracer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges of one worker have in common; shared by all its connections. Immutable, but
 * for the generation that serves: each request reads it once, and a reload sets it.
 *
 * @param config the server's configuration
 * @param serving the generation that new requests go to
 * @param log where completed exchanges are written
 * @param standing how the worker stands
 * @param reporter makes events, or null if nobody collects them
 * @param tracer makes a span of each request, or null
 * @param builtIns what is answered before the application
 * @param codings what responses can be compressed with, or null if they are not
 */
public record Service(
    ServerConfig config,
    AtomicReference<Generation> serving,
    AccessLog log,
    Standing standing,
    @Nullable Reporter reporter,
    @Nullable Tracer tracer,
    List<BuiltIn> builtIns,
    @Nullable Codings codings) {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** What the exchanges of a worker have in common, with its health check. */
  public static Service of(
      ServerConfig config,
      AtomicReference<Generation> serving,
      Observation observation,
      @Nullable Reporter reporter,
      Standing standing,
      @Nullable Codings codings) {
    List<BuiltIn> builtIns = new ArrayList<>(observation.builtIns());
    String health = config.healthCheckPath();
    if (health != null) {
      builtIns.addFirst(new Health(health, standing));
    }
    return new Service(
        config,
        serving,
        observation.log(),
        standing,
        reporter,
        observation.tracer(),
        List.copyOf(builtIns),
        codings);
  }

  /** The span of a request that is about to begin, or null if there is none. */
  public @Nullable Trace trace(HttpScope scope, Instant timestamp) {
    if (tracer == null) {
      return null;
    }
    try {
      return tracer.start(scope, timestamp);
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "A request is not traced: the tracer failed", e);
      return null;
    }
  }

  /** What answers requests for this path in the application's place, or null. */
  public @Nullable BuiltIn builtIn(String rawPath) {
    for (int i = 0; i < builtIns.size(); i++) { // no iterator: it is on every request's path
      if (builtIns.get(i).path().equals(rawPath)) {
        return builtIns.get(i);
      }
    }
    return null;
  }

  /**
   * The ID of a request: what the peer sent if it is trusted and the ID is sane, else a new one.
   */
  public RequestId requestId(Peer peer, @Nullable String sent, long connection, long n) {
    RequestId adopted = sent != null && peer.trusted() ? RequestId.adopt(sent) : null;
    return adopted == null ? RequestId.of(connection, n) : adopted;
  }

  /** The client as the access log has it, of a request that never gets a scope. */
  public String client(Peer peer, Headers headers) {
    return peer.trusted()
        ? String.valueOf(Forwarded.believed(headers, peer, config.trustedHosts()).client())
        : peer.name();
  }

  /**
   * The scope of a request.
   *
   * @param proxied whether a field that only a trusted peer may send is among the headers
   * @param generation what serves the request
   */
  public HttpScope scope(
      Peer peer,
      RequestId id,
      RequestLine line,
      Headers headers,
      boolean proxied,
      Generation generation) {
    Forwarded seen =
        !proxied
            ? null
            : peer.trusted()
                ? Forwarded.believed(headers, peer, config.trustedHosts())
                : new Forwarded(Forwarded.stripped(headers), peer.client(), peer.scheme());
    return new HttpScope(
        line.method(),
        line.path(),
        line.rawPath(),
        line.queryString(),
        line.httpVersion(),
        seen == null ? peer.scheme() : seen.scheme(),
        seen == null ? headers : seen.headers(),
        seen == null ? peer.client() : seen.client(),
        peer.server(),
        new Extensions(id, peer.secured(), false),
        generation.state());
  }

  /** The scope of the WebSocket that a request opens. */
  public WebSocketScope webSocket(
      HttpScope request, Peer peer, RequestId id, List<String> subprotocols) {
    return new WebSocketScope(
        request.path(),
        request.rawPath(),
        request.queryString(),
        request.httpVersion(),
        request.scheme().equals("https") ? "wss" : "ws",
        request.headers(),
        request.client(),
        request.server(),
        subprotocols,
        new Extensions(id, peer.secured(), true),
        request.state());
  }
}
