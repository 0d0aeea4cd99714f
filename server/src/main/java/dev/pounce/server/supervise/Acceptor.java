package dev.pounce.server.supervise;

import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections, on a platform thread of its own. What the system refuses for the moment is
 * asked for again; a thread that ends in an error is replaced, until that has happened too often.
 */
final class Acceptor {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Where connections come from. */
  interface Door {

    /**
     * Waits for a connection.
     *
     * @return null if no more will come
     * @throws ClosedChannelException if the door is shut for ever
     * @throws IOException if there is none for the moment
     */
    @Nullable Transport next() throws IOException;
  }

  private final Door door;
  private final Consumer<Transport> guest;
  private final Consumer<String> failed;
  private final Restarts restarts;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * An acceptor that is not started.
   *
   * @param guest gets each connection
   * @param failed told, once, why no more connections are accepted though they should be
   */
  Acceptor(Door door, Consumer<Transport> guest, Consumer<String> failed, Restarts restarts) {
    this.door = door;
    this.guest = guest;
    this.failed = failed;
    this.restarts = restarts;
  }

  void start() {
    Thread.ofPlatform().name("pounce-acceptor").start(this::run);
  }

  private void run() {
    boolean goesOn = false;
    try {
      accept();
    } catch (IOException | RuntimeException | Error e) {
      goesOn = restarts.grant();
      LOGGER.log(Level.ERROR, "The acceptor ended in an error" + (goesOn ? ": restarted" : ""), e);
      if (goesOn) {
        start();
      } else {
        failed.accept("The acceptor can't be kept running: " + Restarts.limit());
      }
    } finally {
      if (!goesOn) {
        ended.countDown();
      }
    }
  }

  private void accept() throws ClosedChannelException {
    while (true) {
      try {
        Transport transport = door.next();
        if (transport == null) {
          return;
        }
        guest.accept(transport);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        LOGGER.log(Level.WARNING, "Can't accept connections for the moment: " + e.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Waits until no more connections are taken. */
  void join() throws InterruptedException {
    ended.await();
  }
}
