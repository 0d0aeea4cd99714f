package dev.pounce.server.http2;

import dev.pounce.observe.Correlation;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.websocket.WebSocketExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;

/** Ends what has taken a stream too long. Called by the reaper, again and again; never waits. */
final class Timeouts {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final Duration request;
  private final Duration write;

  Timeouts(ServerConfig config) {
    request = config.requestTimeout();
    write = config.writeTimeout();
  }

  /**
   * Looks at a stream.
   *
   * @param now the time by {@link System#nanoTime}
   * @param threads makes threads for what might wait
   */
  void tick(Stream stream, long now, ThreadFactory threads) {
    WebSocketExchange socket = stream.socket();
    if (socket != null) {
      socket.tick(now);
    }
    Timer timer = stream.timer();
    long seen = timer.look();
    long waited = Timer.nanosSince(seen, now);
    switch (Timer.phaseOf(seen)) {
      case HANDLER -> {
        Http2Exchange exchange = stream.exchange();
        if (waited > request.toNanos() && exchange != null && timer.expire(seen, now)) {
          threads.newThread(() -> giveUp(stream, exchange)).start();
        }
      }
      case BODY -> {
        if (waited > request.toNanos() && timer.expire(seen, now)) {
          stream
              .body()
              .refuse(Refusal.timeout(408, "the body of the request did not arrive in time"));
        }
      }
      case WRITE -> {
        if (waited > write.toNanos() && timer.expire(seen, now)) {
          threads.newThread(() -> stream.cut(tooSlow())).start();
        }
      }
      default -> {}
    }
  }

  private void giveUp(Stream stream, Http2Exchange exchange) {
    Refusal timeout = Refusal.timeout(504, "no response within " + request.toMillis() + " ms");
    if (!exchange.claim(timeout)) {
      return;
    }
    stream.output().flush();
    exchange.tell(new byte[0], System.nanoTime());
    String said = "Request timed out after " + request.toMillis() + " ms: " + stream;
    Correlation.with(exchange.requestId(), () -> LOGGER.log(Level.WARNING, said));
    stream.body().abandon();
    stream.interrupt();
  }

  /**
   * Looks at the connection's writer.
   *
   * @param since when its write has begun, or 0 if there is none
   */
  void tickWrite(Link link, long since, long now) {
    if (since != 0 && now - since > write.toNanos()) {
      link.sever(tooSlow());
    }
  }

  private TimeoutException tooSlow() {
    return new TimeoutException("a write waited " + write.toMillis() + " ms for the client");
  }
}
