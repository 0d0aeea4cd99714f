package dev.pounce.server.http1;

import dev.pounce.observe.Correlation;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.http2.Session;
import dev.pounce.server.listen.Carrier;
import dev.pounce.server.websocket.WebSocketExchange;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;

/**
 * Ends what has taken a connection too long. The reaper calls {@link #tick} for each connection,
 * again and again; it never waits: what might (an answer in the application's place, a watch over a
 * quiet connection) gets a thread of its own.
 */
public final class Timeouts {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** With ten looks a second, a client that leaves is noticed well within 200 ms. */
  private static final Duration WATCH_AFTER = Duration.ofMillis(50);

  private static final Duration LINGER = Duration.ofSeconds(2);

  private final ThreadFactory threads;
  private final Duration requestLimit;
  private final long header;
  private final long keepAlive;
  private final long request;
  private final Duration write;

  /**
   * The limits of a configuration.
   *
   * @param threads makes the threads that answer in an application's place: such as run even when
   *     applications keep every carrier
   */
  public Timeouts(ServerConfig config, ThreadFactory threads) {
    this.threads = threads;
    requestLimit = config.requestTimeout();
    header = config.headerTimeout().toNanos();
    keepAlive = config.keepAliveTimeout().toNanos();
    request = config.requestTimeout().toNanos();
    write = config.writeTimeout();
  }

  /**
   * Looks at a connection.
   *
   * @param now the time by {@link System#nanoTime}
   */
  public void tick(Connection connection, long now) {
    Session streams = connection.session();
    if (streams != null) {
      streams.tick(now, threads);
    }
    WebSocketExchange socket = connection.socket();
    if (socket != null) {
      socket.tick(now);
    }
    Timer timer = connection.timer();
    long seen = timer.look();
    long waited = Timer.nanosSince(seen, now);
    switch (Timer.phaseOf(seen)) {
      case NEW, STREAMS -> {}
      case WEBSOCKET -> {
        if (waited > WATCH_AFTER.toNanos() && !connection.output().isEmpty()) {
          Carrier.thread(() -> flush(connection)).start();
        }
      }
      case IDLE -> {
        if (waited > (connection.isFresh() ? header : keepAlive) && timer.expire(seen, now)) {
          connection.transport().endIdle();
        }
      }
      case HANDSHAKE, HEAD -> {
        if (waited > header) {
          endInput(connection, seen, now);
        }
      }
      case BODY -> {
        if (waited > request) {
          endInput(connection, seen, now);
        }
      }
      case HANDLER -> handler(connection, seen, waited, now);
      case STREAM -> watch(connection, waited);
      case WRITE -> {
        if (waited > write.toNanos() && timer.expire(seen, now)) {
          connection.sever(
              new TimeoutException("a write waited " + write.toMillis() + " ms for the client"));
        }
      }
      case CLOSING -> {
        if (waited > LINGER.toNanos()) {
          connection.transport().close();
        }
      }
    }
  }

  private static void endInput(Connection connection, long seen, long now) {
    if (connection.timer().expire(seen, now)) {
      connection.transport().endInput();
    }
  }

  private void handler(Connection connection, long seen, long waited, long now) {
    Http1Exchange exchange = connection.current();
    if (waited <= request || exchange == null || exchange.isOver()) {
      watch(connection, waited);
    } else if (connection.timer().expire(seen, now)) {
      threads.newThread(() -> giveUp(connection, exchange)).start();
    }
  }

  private void giveUp(Connection connection, Http1Exchange exchange) {
    Output output = connection.output();
    output.lock();
    try {
      if (!exchange.claim()) {
        return;
      }
      Refusal timeout =
          Refusal.timeout(504, "no response within " + requestLimit.toMillis() + " ms");
      int bytes = connection.answer().refusal(timeout, exchange.method(), exchange.requestId());
      exchange.answered(timeout, bytes);
      flush(output);
      exchange.complete(connection.journal(), System.nanoTime(), new byte[Desk.SIZE]);
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "no room for an answer", e);
    } finally {
      output.unlock();
    }
    Correlation.with(exchange.requestId(), () -> LOGGER.log(Level.WARNING, () -> said(exchange)));
    connection.transport().shutdownOutput();
    connection.enter(Timer.Phase.CLOSING);
    connection.interrupt();
  }

  /** Sends what an application has answered before it began to take its time. */
  private static void flush(Connection connection) {
    Output output = connection.output();
    output.lock();
    try {
      flush(output);
    } finally {
      connection.enter(Timer.Phase.WEBSOCKET);
      output.unlock();
    }
  }

  private static void flush(Output output) {
    try {
      output.flush();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the client is gone", e);
    }
  }

  private String said(Http1Exchange exchange) {
    return "Request timed out after "
        + requestLimit.toMillis()
        + " ms: "
        + exchange.method()
        + " "
        + exchange.path()
        + Correlation.mark(exchange.requestId());
  }

  /** Has somebody read in the application's place, so that a client that leaves is noticed. */
  private static void watch(Connection connection, long waited) {
    boolean pointless = connection.input().isBeingRead() && connection.output().isEmpty();
    if (waited > WATCH_AFTER.toNanos() && !pointless && connection.input().reserveWatch()) {
      Carrier.thread(() -> watch(connection)).start();
    }
  }

  private static void watch(Connection connection) {
    Output output = connection.output();
    try {
      output.lock();
      try {
        output.flushAside();
      } finally {
        output.unlock();
      }
      connection.input().watch();
    } catch (IOException e) {
      connection.transport().close();
    } finally {
      connection.input().releaseWatch();
    }
    Http1Exchange exchange = connection.current();
    if (exchange != null && connection.input().ended()) {
      exchange.disconnect();
    }
    WebSocketExchange socket = connection.socket();
    if (socket != null && connection.input().ended()) {
      socket.disconnect();
    }
  }
}
