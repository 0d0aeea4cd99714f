package dev.pounce.server.fleet;

import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.Ledger;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The worker processes that there are: starts them, hears them, buries them. What threads find out
 * becomes {@link News} in one queue; everything else belongs to the supervisor's thread.
 */
final class Children implements AutoCloseable, Iterable<Child> {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** Output that is still on its way when a process has ended. */
  private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Invocation invocation;
  private final OutputStream out;
  private final LogWriter log;
  private final ServerSocketChannel door;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final List<Child> living = new CopyOnWriteArrayList<>();

  /** Held while a process is started, so that it is known when it reports. */
  private final ReentrantLock birth = new ReentrantLock();

  /**
   * None yet.
   *
   * @param out where their output goes; takes each write as a whole
   */
  Children(Ledger ledger, Invocation invocation, OutputStream out, LogWriter log)
      throws IOException {
    this.ledger = ledger;
    this.invocation = invocation;
    this.out = out;
    this.log = log;
    this.door = Channel.listen(ledger.directory());
    daemon("pounce-control", this::welcome);
  }

  private static Thread daemon(String name, Runnable task) {
    return Thread.ofPlatform().daemon(true).name(name).start(task);
  }

  private void welcome() {
    try {
      while (true) {
        Channel channel = Channel.accept(door);
        daemon("pounce-control-in", () -> listen(channel));
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "no more worker processes are awaited", e);
    }
  }

  private void listen(Channel channel) {
    Child child = child(channel.read());
    if (child != null) {
      child.connected(channel);
      for (String line = channel.read(); line != null; line = channel.read()) {
        news.add(new News.Reported(child, Report.valueOf(line)));
      }
    }
    channel.close();
  }

  private @Nullable Child child(@Nullable String number) {
    birth.lock();
    try {
      for (Child child : living) {
        if (String.valueOf(child.number()).equals(number)) {
          return child;
        }
      }
      return null;
    } finally {
      birth.unlock();
    }
  }

  /** Adds news from elsewhere. Any thread. */
  void add(News item) {
    news.add(item);
  }

  /** Waits for news; null if there is none in time. */
  @Nullable News next(Duration patience) throws InterruptedException {
    return news.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Starts a process.
   *
   * @param replaced the one whose place it is to take, if that is still there
   */
  Child start(int number, int generation, @Nullable Child replaced) throws IOException {
    ledger.prepare(number);
    ProcessBuilder builder = Child.builder(invocation.command(ledger.directory(), number));
    Child child;
    birth.lock();
    try {
      child = new Child(number, generation, builder.start(), replaced);
      living.add(child);
    } finally {
      birth.unlock();
    }
    Thread relay =
        daemon("pounce-relay-" + number, new Relay(child.process().getInputStream(), out, log));
    daemon("pounce-watch-" + number, () -> watch(child, relay));
    return child;
  }

  private void watch(Child child, Thread relay) {
    try {
      int exitCode = child.process().waitFor();
      relay.join(OUTPUT_PATIENCE);
      news.add(new News.Ended(child, exitCode));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The least number that no process has. */
  int freeNumber() {
    int number = 1;
    while (has(taken(number))) {
      number++;
    }
    return number;
  }

  private static Predicate<Child> taken(int number) {
    return child -> child.number() == number;
  }

  boolean has(Predicate<Child> wanted) {
    return !all(wanted).isEmpty();
  }

  List<Child> all(Predicate<Child> wanted) {
    List<Child> all = new ArrayList<>(living);
    all.removeIf(wanted.negate());
    return all;
  }

  boolean isEmpty() {
    return living.isEmpty();
  }

  /**
   * Forgets a process that has ended.
   *
   * @return how many requests it had under way
   */
  long bury(Child child) {
    living.remove(child);
    child.close();
    return ledger.retire(child.number());
  }

  @Override
  public Iterator<Child> iterator() {
    return living.iterator();
  }

  /** Ends what is left, if anything is. */
  @Override
  public void close() throws IOException {
    living.forEach(child -> child.process().destroyForcibly());
    Channel.close(door, ledger.directory());
  }
}
