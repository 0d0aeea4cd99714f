package dev.pounce.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * The meters that {@link PounceMetrics} has. Prometheus's registry writes them as the families that
 * Pounce's own metrics endpoint has: {@code http.requests} as {@code http_requests_total}.
 */
public enum PounceMeter implements MeterDocumentation {
  /** Requests that were answered, by the application or for it when it failed. */
  REQUESTS("http.requests", Type.COUNTER, "Total HTTP requests.", Key.METHOD, Key.STATUS),
  /** How long they took, from the first byte of the request to the last of the response. */
  REQUEST_DURATION("http.request.duration", Type.TIMER, "Request duration in seconds."),
  /** Connections that are open. */
  CONNECTIONS_ACTIVE("http.connections.active", Type.GAUGE, "Active TCP connections."),
  /** Requests whose head was read and whose response has not ended. */
  REQUESTS_IN_FLIGHT("http.requests.in.flight", Type.GAUGE, "Requests currently being processed."),
  /** Bytes of bodies, whatever became of the response. */
  BYTES_SENT("http.bytes.sent", Type.COUNTER, "Total bytes sent in responses."),
  /** Requests that the application never got, or not whole. */
  REQUESTS_REJECTED(
      "http.requests.rejected",
      Type.COUNTER,
      "Total HTTP requests that the server refused.",
      Key.REASON),
  /** Clients that did not wait for their response, or did not finish their request. */
  CLIENT_DISCONNECTS(
      "http.client.disconnects",
      Type.COUNTER,
      "Total clients that left in the middle of a request."),
  /** TLS handshakes of which nothing came. */
  TLS_HANDSHAKE_FAILURES(
      "pounce.tls.handshake.failures",
      Type.COUNTER,
      "Total TLS handshakes that failed, or did not end in time."),
  /** Connections that are open, of each worker. */
  WORKER_CONNECTIONS(
      "pounce.worker.connections",
      Type.GAUGE,
      "Active TCP connections of a worker.",
      Key.WORKER_ID,
      Key.WORKER_PID),
  /** Requests under way, of each worker. */
  WORKER_REQUESTS_IN_FLIGHT(
      "pounce.worker.requests.in.flight",
      Type.GAUGE,
      "Requests of a worker currently being processed.",
      Key.WORKER_ID,
      Key.WORKER_PID),
  /** Workers that died. */
  WORKER_RESTARTS(
      "pounce.worker.restarts", Type.COUNTER, "Total workers replaced because they died."),
  /** Reloads, by how they ended. */
  RELOADS("pounce.reloads", Type.COUNTER, "Total reloads of the application.", Key.RESULT),
  /** How late virtual threads run: how often that was measured, and all delays together. */
  SCHEDULER_LAG("pounce.scheduler.lag", Type.TIMER, "How late virtual threads run, in seconds."),
  /** Times that virtual threads did not run. */
  SCHEDULER_STALLS(
      "pounce.scheduler.stalls",
      Type.COUNTER,
      "Total times that virtual threads did not run for too long."),
  /** Log lines that were lost. */
  LOG_LINES_DROPPED(
      "pounce.log.lines.dropped",
      Type.COUNTER,
      "Total log lines lost because the log's sink did not keep up."),
  /** Failures of collectors. */
  COLLECTOR_FAILURES(
      "pounce.collector.failures", Type.COUNTER, "Total failures of collectors of events."),
  /** Spans of traces that were lost. */
  SPANS_DROPPED(
      "pounce.spans.dropped",
      Type.COUNTER,
      "Total spans of traces lost because nobody took them in time.");

  /** The keys of the meters' tags. */
  public enum Key implements KeyName {
    /** The method, if it is one of RFC 9110 or RFC 5789; {@code _OTHER} for all others. */
    METHOD("method"),
    /** What the client was told, 100 to 599; {@code _OTHER} for all others. */
    STATUS("status"),
    /** Why a request was refused, such as {@code too_large}. */
    REASON("reason"),
    /** The worker's number, from 1. */
    WORKER_ID("worker_id"),
    /** Its process. */
    WORKER_PID("worker_pid"),
    /** How a reload ended: {@code success} or {@code failure}. */
    RESULT("result");

    private final String text;

    Key(String text) {
      this.text = text;
    }

    @Override
    public String asString() {
      return text;
    }
  }

  private final String id;
  private final Type type;
  private final String description;
  private final Key[] keys;

  PounceMeter(String id, Type type, String description, Key... keys) {
    this.id = id;
    this.type = type;
    this.description = description;
    this.keys = keys;
  }

  @Override
  public String getName() {
    return id;
  }

  @Override
  public Type getType() {
    return type;
  }

  @Override
  public KeyName[] getKeyNames() {
    return keys.clone();
  }

  /**
   * What it measures.
   *
   * @return one sentence
   */
  public String description() {
    return description;
  }
}
