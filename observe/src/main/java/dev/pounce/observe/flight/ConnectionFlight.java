package dev.pounce.observe.flight;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionOpened;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A connection, from its acceptance to its end. */
@Name("dev.pounce.Connection")
@Label("Connection")
@Description("A connection, from its acceptance to its end")
@Threshold("0 ns")
final class ConnectionFlight extends ConnectionFact {

  @Label("Server Address")
  @Description("The address that the server listens on, or its socket's path")
  @Nullable String serverAddress;

  @Label("Server Port")
  @Description("The port that the server listens on; 0 on a Unix domain socket")
  int serverPort;

  @Label("Protocol")
  @Description("What it speaks at first: h1, h2 or websocket")
  @Nullable String protocol;

  @Label("Requests Served")
  @Description("How many responses were sent to their last byte")
  long requestsServed;

  @Label("Bytes Sent")
  @Description("The bytes of all bodies sent")
  @DataAmount
  long bytesSent;

  @Label("Reason")
  @Description(
      "Why it ended: complete, timeout, client_disconnect, error, backpressure or handshake")
  @Nullable String reason;

  void land(ConnectionCompleted completed) {
    end();
    if (shouldCommit()) {
      ConnectionOpened connection = completed.connection();
      happenedOn(connection);
      serverAddress = connection.serverAddr();
      serverPort = connection.serverPort();
      protocol = connection.protocol().label();
      requestsServed = completed.requestsServed();
      bytesSent = completed.totalBytesSent();
      reason = completed.reason().label();
      commit();
    }
  }
}
