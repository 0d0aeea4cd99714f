package dev.pounce.server.http2;

import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Peer;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.listen.Transport;
import org.jspecify.annotations.Nullable;

/** The TCP connection that a session is on. */
public interface Link {

  /** Its number, unlike any other in the process. */
  long number();

  /** What serves it. */
  Service service();

  /** Its octets. */
  Transport transport();

  /** Goes on with it, on the caller's thread: one that has had nothing to do with it before. */
  void serve();

  /** Its thread is about to serve a request of that generation. */
  void host(Generation generation);

  /** Who is at the other end. */
  Peer peer();

  /** What it tells its collector, or null if there is none. */
  @Nullable Journal journal();

  /** Why its requests are refused, or null if they are served. */
  @Nullable Refusal admission();

  /** The value of a {@code Date} field at this moment. Any thread. */
  String date();

  /** The value of the {@code Server} field; empty for no field. */
  String server();

  /** Closes it because of what its exchanges are told. Any thread. */
  void sever(Throwable cause);

  /** Why the server has ended it, or null if it has not. */
  @Nullable Throwable severed();

  /** Nothing more is served: the peer is told so, and has a moment to close. Any thread. */
  void conclude();
}
