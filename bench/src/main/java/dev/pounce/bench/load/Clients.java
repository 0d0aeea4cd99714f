package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Clients at work, each on a thread of its own, as fast as they are answered. */
final class Clients implements AutoCloseable {
  /** While nobody listens. */
  private static final Duration BETWEEN_CONNECTS = Duration.ofMillis(5);

  private final Ledger ledger;
  private final List<Thread> threads = new ArrayList<>();

  /** Shared by requests under way, and had alone by who wants none. */
  private final ReentrantReadWriteLock work = new ReentrantReadWriteLock(true);

  private volatile boolean ending;

  private Clients(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Puts so many to work; what they ask for follows from the seed. */
  static Clients start(int count, int port, long seed, Ledger ledger) {
    var clients = new Clients(ledger);
    for (int i = 0; i < count; i++) {
      var client = new Client(port, new Random(seed + i));
      clients.threads.add(
          Thread.ofPlatform().name("client-" + i).start(() -> clients.work(client)));
    }
    return clients;
  }

  private void work(Client client) {
    try (client) {
      while (!ending) {
        work.readLock().lock();
        try {
          client.connect();
          ledger.add(client.ask());
        } catch (IOException nobody) {
          LockSupport.parkNanos(BETWEEN_CONNECTS.toNanos());
        } finally {
          work.readLock().unlock();
        }
      }
    } catch (IOException unclosed) {
      throw new IllegalStateException(unclosed);
    }
  }

  /** Lets what is under way end, and nothing begin until the task is done. */
  void pause(Task task) throws IOException, InterruptedException {
    work.writeLock().lock();
    try {
      task.run();
    } finally {
      work.writeLock().unlock();
    }
  }

  /** What is done meanwhile. */
  interface Task {
    void run() throws IOException, InterruptedException;
  }

  /** Lets what is under way end, and no more follow. */
  @Override
  public void close() throws InterruptedException {
    ending = true;
    for (var thread : threads) {
      thread.join();
    }
  }
}
