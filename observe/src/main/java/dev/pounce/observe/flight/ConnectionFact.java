package dev.pounce.observe.flight;

import dev.pounce.observe.ConnectionOpened;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** What the recorder's events of a connection have in common. */
@Category("Pounce")
@StackTrace(false)
abstract class ConnectionFact extends Event {

  @Label("Connection Id")
  @Description("The connection's number, unlike any other of the process")
  long connectionId;

  @Label("Worker Id")
  int workerId;

  @Label("Client Address")
  @Description("The peer's IP address; unix on a Unix domain socket")
  @Nullable String clientAddress;

  @Label("Client Port")
  @Description("The peer's port; 0 on a Unix domain socket")
  int clientPort;

  final void happenedOn(ConnectionOpened connection) {
    connectionId = connection.connectionId();
    workerId = connection.workerId();
    clientAddress = connection.clientAddr();
    clientPort = connection.clientPort();
  }
}
