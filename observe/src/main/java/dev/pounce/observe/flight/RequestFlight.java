package dev.pounce.observe.flight;

import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.Trace;
import java.time.Duration;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A request, from when its head was complete to the end of its response. */
@Name("dev.pounce.Request")
@Label("Request")
@Description("A request, from when its head was complete to the end of its response")
@Threshold("0 ns")
final class RequestFlight extends ConnectionFact {

  @Label("Request Id")
  @Nullable String requestId;

  @Label("Trace Id")
  @Description("The distributed trace it belongs to, if it is traced")
  @Nullable String traceId;

  @Label("Method")
  @Nullable String method;

  @Label("Path")
  @Description("The path as sent, without the query")
  @Nullable String path;

  @Label("HTTP Version")
  @Nullable String httpVersion;

  @Label("Protocol")
  @Description("h1, h2, or websocket if it opens one")
  @Nullable String protocol;

  @Label("Stream")
  @Description("the stream's number over HTTP/2, else 0")
  int streamId;

  @Label("Outcome")
  @Description("completed, failed or disconnected")
  @Nullable String outcome;

  @Label("Status")
  @Description("What the client was told; 0 if nothing was sent, or the client left")
  int status;

  @Label("Bytes Sent")
  @Description("How much of the response's body was sent")
  @DataAmount
  long bytesSent;

  @Label("Total Time")
  @Description("From the first byte of the request to the end")
  @Timespan(Timespan.NANOSECONDS)
  long totalTime;

  @Label("Error Class")
  @Description("What was thrown, if it failed")
  @Nullable Class<?> errorClass;

  void land(
      RequestStarted request,
      String outcome,
      int status,
      long bytesSent,
      Duration duration,
      @Nullable Throwable error) {
    end();
    if (shouldCommit()) {
      happenedOn(request.connection());
      requestId = request.requestId().toString();
      Trace trace = request.trace();
      traceId = trace == null ? null : trace.traceId();
      method = request.method();
      path = request.path();
      httpVersion = request.httpVersion();
      protocol = request.protocol().label();
      streamId = request.streamId();
      this.outcome = outcome;
      this.status = status;
      this.bytesSent = bytesSent;
      totalTime = duration.toNanos();
      errorClass = error == null ? null : error.getClass();
      commit();
    }
  }
}
