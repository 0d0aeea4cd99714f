package dev.pounce.observe.log;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.Trace;
import dev.pounce.observe.WorkerReplaced;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The line of one event after another, in one format. Its fields and their order are those that
 * people's queries rely on.
 */
final class EventLine {
  /**
   * How much of a text is shown, in characters. A line with three such texts, each character of
   * them escaped, is still one that the writer takes.
   */
  static final int LONGEST_TEXT = 8 << 10;

  private static final int ROOM = 512;

  /** What a line begins with. */
  private enum Head {
    CONNECTION_OPENED("Connection opened", "ConnectionOpened"),
    REQUEST_STARTED("Request started", "RequestStarted"),
    RESPONSE_COMPLETED("Response completed", "ResponseCompleted"),
    REQUEST_FAILED("Request failed", "RequestFailed"),
    REQUEST_REJECTED("Request rejected", "RequestRejected"),
    CLIENT_DISCONNECTED("Client disconnected", "ClientDisconnected"),
    CONNECTION_COMPLETED("Connection completed", "ConnectionCompleted"),
    DRAIN_STARTED("Drain started", "DrainStarted"),
    DRAIN_COMPLETED("Drain completed", "DrainCompleted"),
    WORKER_REPLACED("Worker replaced", "WorkerReplaced"),
    RELOAD_COMPLETED("Reload completed", "ReloadCompleted");

    private final byte[] json;
    private final byte[] text;

    Head(String heading, String event) {
      json = Escape.ascii("{\"event\":\"" + event + "\"");
      text = Escape.ascii(heading + ": {'event': '" + event + "'");
    }
  }

  private enum Key {
    ACTIVE_REQUESTS("active_requests"),
    BYTES_SENT("bytes_sent"),
    CAUSE("cause"),
    CLIENT_ADDR("client_addr"),
    CLIENT_PORT("client_port"),
    CONNECTION_ID("connection_id"),
    DURATION_MS("duration_ms"),
    DURING_STREAMING("during_streaming"),
    ERROR("error"),
    FAILURE("failure"),
    GENERATION("generation"),
    HTTP_VERSION("http_version"),
    METHOD("method"),
    PATH("path"),
    PROTOCOL("protocol"),
    REASON("reason"),
    REQUESTS_CUT("requests_cut"),
    REQUESTS_SERVED("requests_served"),
    REQUEST_ID("request_id"),
    SERVER_ADDR("server_addr"),
    SERVER_PORT("server_port"),
    SLOW("slow"),
    SPAN_ID("span_id"),
    STATUS("status"),
    STREAM_ID("stream_id"),
    TIMESTAMP("timestamp"),
    TOTAL_BYTES_SENT("total_bytes_sent"),
    TRACE_ID("trace_id"),
    WORKER_ID("worker_id");

    private final byte[] json;
    private final byte[] text;

    Key(String name) {
      json = Escape.ascii(",\"" + name + "\":");
      text = Escape.ascii(", '" + name + "': ");
    }
  }

  private final boolean json;
  private final char quote;
  private final Escape escape;
  private final Line line = new Line(ROOM);

  EventLine(LogFormat format) {
    json = format == LogFormat.JSON;
    quote = json ? '"' : '\'';
    escape = json ? Escape.JSON : Escape.SINGLE_QUOTED;
  }

  /**
   * Makes the line of an event, in place of the one before.
   *
   * @param slow whether the event is a response that took too long
   * @return the line, good until the next call
   */
  Line of(LifecycleEvent event, boolean slow) {
    switch (event) {
      case ConnectionOpened opened -> opened(opened);
      case RequestStarted started -> started(started);
      case ResponseCompleted completed -> completed(completed, slow);
      case RequestFailed failed -> failed(failed);
      case RequestRejected rejected -> rejected(rejected);
      case ClientDisconnected disconnected -> disconnected(disconnected);
      case ConnectionCompleted completed -> completed(completed);
      case DrainStarted started ->
          begin(Head.DRAIN_STARTED)
              .number(Key.WORKER_ID, started.workerId())
              .number(Key.ACTIVE_REQUESTS, started.activeRequests());
      case DrainCompleted completed ->
          begin(Head.DRAIN_COMPLETED)
              .number(Key.WORKER_ID, completed.workerId())
              .number(Key.REQUESTS_CUT, completed.requestsCut())
              .duration(completed.duration());
      case WorkerReplaced replaced ->
          begin(Head.WORKER_REPLACED)
              .number(Key.WORKER_ID, replaced.workerId())
              .text(Key.CAUSE, replaced.cause());
      case ReloadCompleted reload -> completed(reload);
    }
    return end(event.timestamp());
  }

  private void opened(ConnectionOpened event) {
    begin(Head.CONNECTION_OPENED, event)
        .text(Key.CLIENT_ADDR, event.clientAddr())
        .number(Key.CLIENT_PORT, event.clientPort())
        .text(Key.SERVER_ADDR, event.serverAddr())
        .number(Key.SERVER_PORT, event.serverPort())
        .text(Key.PROTOCOL, event.protocol().label());
  }

  private void started(RequestStarted event) {
    begin(Head.REQUEST_STARTED, event)
        .id(event)
        .text(Key.METHOD, event.method())
        .text(Key.PATH, event.path())
        .text(Key.HTTP_VERSION, event.httpVersion())
        .text(Key.PROTOCOL, event.protocol().label())
        .trace(event.trace());
  }

  /** Where fast requests are not shown, the line of a slow one has to say what was slow. */
  private void completed(ResponseCompleted event, boolean slow) {
    begin(Head.RESPONSE_COMPLETED, event)
        .id(event.request())
        .number(Key.STATUS, event.status())
        .number(Key.BYTES_SENT, event.bytesSent())
        .duration(event.duration());
    if (slow) {
      truth(Key.SLOW, true)
          .text(Key.METHOD, event.request().method())
          .text(Key.PATH, event.request().path());
    }
    trace(event.request().trace());
  }

  private void failed(RequestFailed event) {
    begin(Head.REQUEST_FAILED, event)
        .id(event.request())
        .text(Key.METHOD, event.request().method())
        .text(Key.PATH, event.request().path())
        .number(Key.STATUS, event.status())
        .number(Key.BYTES_SENT, event.bytesSent())
        .duration(event.duration())
        .text(Key.ERROR, Thrown.name(event.error()))
        .trace(event.request().trace());
  }

  private void rejected(RequestRejected event) {
    begin(Head.REQUEST_REJECTED, event)
        .text(Key.CLIENT_ADDR, event.connection().clientAddr())
        .id(event.requestId())
        .text(Key.METHOD, event.method())
        .text(Key.PATH, event.path())
        .text(Key.REASON, event.reason().label())
        .number(Key.STATUS, event.status())
        .number(Key.BYTES_SENT, event.bytesSent())
        .duration(event.duration());
  }

  private void disconnected(ClientDisconnected event) {
    RequestStarted request = event.request();
    begin(Head.CLIENT_DISCONNECTED, event).text(Key.CLIENT_ADDR, event.connection().clientAddr());
    if (request != null) {
      id(request);
    }
    truth(Key.DURING_STREAMING, event.duringStreaming())
        .number(Key.BYTES_SENT, event.bytesSent())
        .duration(event.duration())
        .trace(request == null ? null : request.trace());
  }

  private void completed(ConnectionCompleted event) {
    begin(Head.CONNECTION_COMPLETED, event)
        .number(Key.REQUESTS_SERVED, event.requestsServed())
        .number(Key.TOTAL_BYTES_SENT, event.totalBytesSent())
        .duration(event.duration())
        .text(Key.REASON, event.reason().label());
  }

  private void completed(ReloadCompleted event) {
    begin(Head.RELOAD_COMPLETED)
        .number(Key.WORKER_ID, event.workerId())
        .number(Key.GENERATION, event.generation())
        .duration(event.duration());
    String failure = event.failure();
    if (failure != null) {
      text(Key.FAILURE, failure);
    }
  }

  private EventLine id(RequestStarted request) {
    id(request.requestId());
    return request.streamId() == 0 ? this : number(Key.STREAM_ID, request.streamId());
  }

  private EventLine begin(Head head, ConnectionEvent event) {
    return begin(head)
        .number(Key.CONNECTION_ID, event.connectionId())
        .number(Key.WORKER_ID, event.workerId());
  }

  private EventLine begin(Head head) {
    line.clear().raw(json ? head.json : head.text);
    return this;
  }

  private Line end(Instant timestamp) {
    return key(Key.TIMESTAMP).raw(quote).timestamp(timestamp).raw(quote).raw('}').raw('\n');
  }

  private Line key(Key key) {
    return line.raw(json ? key.json : key.text);
  }

  private EventLine number(Key key, long value) {
    key(key).decimal(value);
    return this;
  }

  private EventLine duration(Duration duration) {
    key(Key.DURATION_MS).milliseconds(duration);
    return this;
  }

  private EventLine truth(Key key, boolean value) {
    key(key).raw(value ? "true" : "false");
    return this;
  }

  private EventLine id(RequestId id) {
    key(Key.REQUEST_ID).raw(quote).requestId(id).raw(quote);
    return this;
  }

  private EventLine text(Key key, String value) {
    String shown = value.length() <= LONGEST_TEXT ? value : value.substring(0, LONGEST_TEXT) + "…";
    key(key).raw(quote).escaped(escape, shown).raw(quote);
    return this;
  }

  private EventLine trace(@Nullable Trace trace) {
    return trace == null
        ? this
        : text(Key.TRACE_ID, trace.traceId()).text(Key.SPAN_ID, trace.spanId());
  }
}
