package dev.pounce.server.http1;

import dev.pounce.observe.Protocol;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.http2.Session;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.listen.TlsTransport;
import dev.pounce.server.tls.Alpn;
import dev.pounce.server.tls.Handshake;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose own thread has not begun, in the hands of the lifeline: read without waiting,
 * far enough to see whether a built-in is asked for. Over HTTP/2 its session answers those, and it
 * stays in these hands for the next. Used by one thread.
 */
public final class Rescue {

  /** What a look at the incoming request has shown. */
  public enum Glance {
    /** More has to come. */
    UNDECIDED,
    /** Its head is there, and is for a built-in. */
    BUILT_IN,
    /** It is for the application, or malformed, or the client is gone. */
    APPLICATION
  }

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Connection connection;
  private @Nullable BuiltIn builtIn;

  private Rescue(Connection connection) {
    this.connection = connection;
  }

  /** Takes a connection, or gives null if its own thread has begun or it is taken already. */
  public static @Nullable Rescue of(Connection connection) {
    return connection.claim() ? new Rescue(connection) : null;
  }

  /** The connection's channel, which no longer blocks, to wait for many at once. */
  public SelectableChannel channel() {
    return connection.transport().nonBlocking(true);
  }

  /** Reads what is there, and tells whom it is for. */
  public Glance glance() {
    try {
      Session streams = connection.session();
      if (streams != null) {
        return glance(streams);
      }
      if (connection.transport() instanceof TlsTransport tls) {
        Handshake agreed = tls.awaitHello() ? tls.handshake() : null;
        if (agreed == null) {
          return Glance.UNDECIDED;
        }
        if (agreed.protocol() == Alpn.HTTP_2) {
          connection.open(Protocol.H2);
          return glance(connection.multiplex(new byte[0]));
        }
      }
      return glanceAtHead();
    } catch (IOException e) {
      return Glance.APPLICATION; // whose thread will find the same
    }
  }

  private Glance glanceAtHead() throws IOException {
    Dialogue dialogue = connection.dialogue();
    Input input = connection.input();
    Head head = dialogue.desk().head;
    try {
      if (!input.fill(0)) {
        return Glance.APPLICATION;
      }
      if (!head.parse(input.octets(), input.from(), input.to())) {
        return Glance.UNDECIDED;
      }
    } catch (Refusal e) {
      if (!dialogue.startsWithPreface()) {
        return Glance.APPLICATION;
      }
      connection.open(Protocol.H1);
      return glance(connection.multiplex(dialogue.takeAll()));
    }
    builtIn = connection.service().builtIn(head.line().rawPath());
    return builtIn == null ? Glance.APPLICATION : Glance.BUILT_IN;
  }

  /** What is for the server itself is answered by that, and the connection stays. */
  private static Glance glance(Session streams) throws IOException {
    return streams.glance() ? Glance.UNDECIDED : Glance.APPLICATION;
  }

  /** Answers the built-in that {@link #glance} has seen, and ends the connection. */
  public void answer() {
    connection.open(Protocol.H1);
    try {
      connection.dialogue().answer(Objects.requireNonNull(builtIn), ResponseHead.Persistence.CLOSE);
      connection.dialogue().flush();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    } finally {
      connection.end();
    }
  }

  /** Gives the connection a thread of its own, which serves it when its turn comes. */
  public void release() {
    connection.transport().nonBlocking(false);
    Carrier.thread(connection::serve).start();
  }
}
