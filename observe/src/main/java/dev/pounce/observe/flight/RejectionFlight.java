package dev.pounce.observe.flight;

import dev.pounce.observe.RequestRejected;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A request that the server refused itself. */
@Name("dev.pounce.Rejection")
@Label("Rejection")
@Description("A request that the server refused itself")
final class RejectionFlight extends ConnectionFact {

  @Label("Request Id")
  @Nullable String requestId;

  @Label("Method")
  @Description("The method as sent, or - where it could not be read")
  @Nullable String method;

  @Label("Path")
  @Description("The path as sent, or - where it could not be read")
  @Nullable String path;

  @Label("Reason")
  @Description("malformed, too_large, over_limit, timeout, draining or rate")
  @Nullable String reason;

  @Label("Status")
  int status;

  @Label("Bytes Sent")
  @Description("The size of the answer's body; 0 where the application's response counts it")
  @DataAmount
  long bytesSent;

  @Label("Total Time")
  @Description("From the first byte of the request to the last of the answer")
  @Timespan(Timespan.NANOSECONDS)
  long totalTime;

  void land(RequestRejected rejected) {
    happenedOn(rejected.connection());
    requestId = rejected.requestId().toString();
    method = rejected.method();
    path = rejected.path();
    reason = rejected.reason().label();
    status = rejected.status();
    bytesSent = rejected.bytesSent();
    totalTime = rejected.duration().toNanos();
    commit();
  }
}
