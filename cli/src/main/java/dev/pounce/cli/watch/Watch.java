package dev.pounce.cli.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has an application made anew when its inputs change.
 *
 * <p>One thread waits for changes and acts on them, so what changes while it acts is still in the
 * queue when it is done, and no change is lost. Before the first time, and wherever an input turns
 * up in a folder that was not watched, files that changed since the making began count as changed.
 * Saving takes an editor several steps: nothing is done until none has followed for a moment.
 */
public final class Watch implements AutoCloseable {

  private static final Duration QUIET = Duration.ofMillis(25);
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** By how much the kernel's time of a change may lag behind the clock. */
  private static final Duration COARSE = Duration.ofMillis(10);

  private final WatchService service;
  private final Posts posts;
  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Path> changed = new LinkedHashSet<>();
  private volatile Inputs inputs = new Inputs();
  private @Nullable Thread thread;

  private Watch(WatchService service, Path directory) {
    this.service = service;
    this.posts = new Posts(service);
    this.directory = directory.toAbsolutePath().normalize();
  }

  /**
   * A watch that waits for nothing yet.
   *
   * @param directory that paths are shown relative to
   * @throws IOException if the system has no more of them to give
   */
  public static Watch open(Path directory) throws IOException {
    try {
      return new Watch(FileSystems.getDefault().newWatchService(), directory);
    } catch (IOException e) {
      throw new IOException("can't watch files: " + e.getMessage(), e);
    }
  }

  /**
   * From now on waits for changes of these inputs. Any thread.
   *
   * @param since when they began to be read: what has changed from then on counts
   */
  public void expect(Inputs inputs, Instant since) {
    lock.lock();
    try {
      this.inputs = inputs;
      arm(since);
    } finally {
      lock.unlock();
    }
  }

  private void arm(Instant since) {
    FileTime time = FileTime.from(since.minus(COARSE));
    for (Path file : posts.take(inputs)) {
      if (inputs.contain(file) && Posts.isSince(file, time)) {
        changed.add(file);
      }
    }
  }

  /**
   * Begins to act on changes, on a thread of its own.
   *
   * @param first done before that
   * @param action given what changed, such as {@code Hello.java changed}, each time; meant to make
   *     the application anew and to tell what to {@link #expect}
   */
  public void start(Runnable first, Consumer<String> action) {
    thread =
        Thread.ofPlatform()
            .daemon(true)
            .name("pounce-watch")
            .start(() -> {
              try {
                first.run();
                while (true) {
                  action.accept(shown(next()) + " changed");
                }
              } catch (ClosedWatchServiceException | InterruptedException e) {
                // It was closed.
              }
            });
  }

  private Set<Path> next() throws InterruptedException {
    while (taken().isEmpty()) {
      note(service.take());
    }
    long limit = System.nanoTime() + LIMIT.toNanos();
    long quiet = System.nanoTime() + QUIET.toNanos();
    long left = QUIET.toNanos();
    while (left > 0) {
      WatchKey key = service.poll(left, TimeUnit.NANOSECONDS);
      if (key != null && note(key)) {
        quiet = System.nanoTime() + QUIET.toNanos();
      }
      left = Math.min(quiet, limit) - System.nanoTime();
    }
    return settled();
  }

  private Set<Path> taken() {
    lock.lock();
    try {
      return Set.copyOf(changed);
    } finally {
      lock.unlock();
    }
  }

  /** What has changed, and watches what came with it: from here on it may be read. */
  private Set<Path> settled() {
    lock.lock();
    try {
      posts.take(inputs);
      Set<Path> all = new LinkedHashSet<>(changed);
      changed.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether there is a change that counts. */
  private boolean note(WatchKey key) {
    Path folder = (Path) key.watchable();
    boolean counts = false;
    lock.lock();
    try {
      for (WatchEvent<?> event : key.pollEvents()) {
        Path path =
            event.kind() == OVERFLOW ? folder : folder.resolve(String.valueOf(event.context()));
        boolean attributes = event.kind() == ENTRY_MODIFY && Files.isDirectory(path);
        if (event.kind() == OVERFLOW || (inputs.contain(path) && !attributes)) {
          changed.add(path);
          counts = true;
        }
      }
      if (!key.reset()) {
        posts.drop(key);
        arm(Instant.now().minus(LIMIT));
      }
    } finally {
      lock.unlock();
    }
    return counts;
  }

  private String shown(Set<Path> paths) {
    Path first = paths.iterator().next();
    boolean inside = first.startsWith(directory) && !first.equals(directory);
    String name = (inside ? directory.relativize(first) : first).toString();
    int more = paths.size() - 1;
    return more == 0 ? name : name + " and " + more + " more";
  }

  /** Ends the thread, which may be at work, and waits a moment for it. */
  @Override
  public void close() throws IOException {
    service.close();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
