package dev.pounce.server.exchange;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpScope;
import dev.pounce.observe.Correlation;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.log.AccessEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange comes to, as the access log and the events have it. It is over when {@link
 * #complete} is called, by whoever wrote its last byte or gave it up.
 */
public abstract class Outcome implements AccessEntry {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final String TRACEPARENT = "traceparent";

  /** What all exchanges of the worker have in common. */
  protected final Service service;

  /** The request. */
  protected final HttpScope scope;

  private final RequestId id;
  private final Peer peer;
  private final long startNanos;

  /** The status that was sent, or 0. */
  protected int status;

  long sent;
  private long endNanos;

  /** Whether a response has begun. */
  protected boolean begun;

  /** What went wrong on the server's side. */
  protected @Nullable Throwable error;

  private @Nullable RequestStarted started;

  /**
   * Of a request that is about to be served.
   *
   * @param startNanos when its first octet was there, by {@link System#nanoTime}
   */
  protected Outcome(Service service, Peer peer, RequestId id, HttpScope scope, long startNanos) {
    this.service = service;
    this.peer = peer;
    this.id = id;
    this.scope = scope;
    this.startNanos = startNanos;
  }

  /** How much of the response's body the kernel has taken, in bytes. */
  protected abstract long written();

  /** Whether the kernel has taken the whole response. */
  protected abstract boolean isWhole();

  /** Why the request's body could not be taken, or null if nothing was wrong with it. */
  protected abstract @Nullable Refusal refusal();

  /** Why the server has ended the connection under the exchange, or null if it has not. */
  protected abstract @Nullable Throwable severed();

  /** What the request is part of. */
  protected abstract Protocol protocol();

  /** The stream's number on an HTTP/2 connection; 0 where there are no streams. */
  protected int streamId() {
    return 0;
  }

  /** Tells that the request has begun; for the journal of its connection. */
  public final void started(Journal journal, RequestLine line, long nanos) {
    Instant timestamp = journal.at(nanos);
    started =
        journal.started(
            id, line, protocol(), streamId(), service.trace(scope, timestamp), timestamp);
  }

  /** Notes the status of an answer that somebody else has given. */
  protected final void answeredWith(int status, Throwable error) {
    this.status = status;
    this.error = error;
    begun = true;
  }

  /**
   * Writes the exchange into the access log and the journal. Called once, when its last byte has
   * been written or its connection has ended.
   *
   * @param journal the connection's, or null if nobody collects events
   * @param scratch a buffer of the caller's thread
   * @return the buffer, or a larger one in its place
   */
  public final byte[] complete(@Nullable Journal journal, long endNanos, byte[] scratch) {
    this.endNanos = endNanos;
    sent = written();
    RequestStarted request = started;
    if (journal != null && request != null) {
      tell(journal, request);
    }
    return service.log().enabled(status) ? service.log().record(this, scratch) : scratch;
  }

  private void tell(Journal journal, RequestStarted request) {
    Refusal refusal = refusal();
    if (refusal != null) {
      journal.rejected(id, request.method(), request.path(), refusal, 0, durationNanos(), endNanos);
    }
    Throwable cause = cause(refusal);
    if (cause != null) {
      if (!isWhole()) {
        journal.endsBecause(cause);
      }
      journal.failed(request, begun ? status : 0, sent, durationNanos(), cause, endNanos);
    } else if (isWhole()) {
      journal.completed(request, status, sent, durationNanos(), endNanos);
    } else {
      journal.disconnected(request, begun, sent, durationNanos(), endNanos);
    }
  }

  /** What kept the response from being given, or from being whole, if it was not the client. */
  private @Nullable Throwable cause(@Nullable Refusal refusal) {
    if (error != null || isWhole()) {
      return error;
    }
    Throwable severed = severed();
    return severed != null ? severed : refusal;
  }

  /** Notes and logs what the application has done wrong. */
  protected final void fail(@Nullable Throwable failure) {
    error = failure;
    say("Request failed: " + scope.method() + " " + scope.rawPath(), failure);
  }

  final void say(String message, @Nullable Throwable failure) {
    String marked = message + Correlation.mark(requestId());
    Correlation.with(requestId(), () -> LOGGER.log(Level.ERROR, marked, failure));
  }

  /** Adds the fields that tell the client what the server knows of its request. */
  protected final Headers annotated(Headers headers) {
    Headers all = headers;
    if (service.config().serverTiming()) {
      all = all.with("server-timing", "app;dur=" + milliseconds(System.nanoTime()));
    }
    Trace trace = trace();
    return trace == null || all.contains(TRACEPARENT)
        ? all
        : all.with(TRACEPARENT, traceparent(trace));
  }

  /** What a client joins the trace with (W3C Trace Context, section 3.2). */
  private static String traceparent(Trace trace) {
    return "00-" + trace.traceId() + "-" + trace.spanId() + (trace.sampled() ? "-01" : "-00");
  }

  /** The span that stands for the request, or null. */
  @Override
  public final @Nullable Trace trace() {
    return started == null ? null : started.trace();
  }

  /** The time that the request has taken until then, in milliseconds with three decimals. */
  private String milliseconds(long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos - startNanos);
    return micros / 1000 + "." + String.valueOf(1000 + micros % 1000).substring(1);
  }

  @Override
  public final RequestId requestId() {
    return id;
  }

  @Override
  public final String method() {
    return scope.method();
  }

  @Override
  public final String path() {
    return scope.rawPath();
  }

  @Override
  public final String httpVersion() {
    return scope.httpVersion();
  }

  @Override
  public final int status() {
    return status;
  }

  @Override
  public final long bytesSent() {
    return sent;
  }

  @Override
  public final long endNanos() {
    return endNanos;
  }

  @Override
  public final long durationNanos() {
    return endNanos - startNanos;
  }

  @Override
  public final String client() {
    return scope.client() == peer.client() ? peer.name() : String.valueOf(scope.client());
  }
}
