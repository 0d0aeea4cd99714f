package dev.pounce.server.http1;

import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.http2.Link;
import dev.pounce.server.listen.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A connection as HTTP/2 sees it, once that is spoken there.
 *
 * @param connection the connection
 * @param number its number
 * @param peer who is at the other end
 * @param admission why its requests are refused, or null
 */
record TcpLink(Connection connection, long number, Peer peer, @Nullable Refusal admission)
    implements Link {

  @Override
  public Service service() {
    return connection.service();
  }

  @Override
  public Transport transport() {
    return connection.transport();
  }

  @Override
  public void serve() {
    connection.serve();
  }

  @Override
  public void host(Generation generation) {
    connection.tenure().host(generation);
  }

  @Override
  public @Nullable Journal journal() {
    return connection.journal();
  }

  @Override
  public String date() {
    return connection.owner().heads().date();
  }

  @Override
  public String server() {
    return connection.owner().heads().server();
  }

  @Override
  public void sever(Throwable cause) {
    connection.sever(cause);
  }

  @Override
  public @Nullable Throwable severed() {
    return connection.severed();
  }

  @Override
  public void conclude() {
    connection.enter(Phase.CLOSING);
    connection.transport().shutdownOutput();
  }
}
