package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.gauge;
import static dev.pounce.observe.metrics.Family.sample;

import dev.pounce.observe.metrics.Reading.Worker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The slabs of workers that are processes, one file each, as one of these processes sees them: it
 * adds to its own and reads all.
 *
 * <p>A file is mapped when it is first seen, and stays so. What cannot be read is left out and
 * counted; it is tried again the next time.
 */
final class FileSlabs implements Slabs {

  /** The number of the process that started the others. */
  static final int SUPERVISOR = 0;

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Path directory;
  private final MapMode mode;
  private final SlabFile own;
  private final Owner self = Owner.self();
  private final Arena arena = Arena.ofShared();
  private final Map<Path, SlabFile> mapped = new ConcurrentHashMap<>();
  private final ReentrantLock mapping = new ReentrantLock();
  private final ReentrantLock publishing = new ReentrantLock();

  /** When new files were last looked for, by who asks for the fewest connections. */
  private volatile long lookedAt = System.nanoTime() - LOOK_EVERY.toNanos();

  /**
   * Takes a slab for this process.
   *
   * @throws IOException if it cannot be mapped
   * @throws IllegalStateException if it is another's
   */
  FileSlabs(Path directory, int worker) throws IOException {
    this.directory = directory;
    this.mode = worker == SUPERVISOR ? MapMode.READ_WRITE : MapMode.READ_ONLY;
    Path path = SlabFile.path(directory, worker);
    try {
      own = SlabFile.open(path, MapMode.READ_WRITE, arena);
      if (own.owner().pid() != 0) {
        throw new IllegalStateException(path + ": of process " + own.owner().pid());
      }
    } catch (IOException | IllegalStateException e) {
      arena.close();
      throw e;
    }
    mapped.put(path, own);
    own.owner(self);
  }

  @Override
  public Slab of(int worker) {
    return own.slab();
  }

  @Override
  public Slab own() {
    return own.slab();
  }

  /** What could be read of each file, and how many could not. */
  private record Readable<T>(List<T> values, int skipped) {}

  private <T> Readable<T> each(Function<SlabFile, T> reader) {
    List<T> values = new ArrayList<>();
    int skipped = 0;
    for (Path path : files()) {
      try {
        values.add(file(path).read(reader));
      } catch (IOException e) {
        skipped++;
      }
    }
    return new Readable<>(values, skipped);
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "worker-*.slab")) {
      all.forEach(files::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.copyOf(mapped.keySet());
    }
    return files;
  }

  private SlabFile file(Path path) throws IOException {
    SlabFile known = mapped.get(path);
    return known != null ? known : newFile(path);
  }

  private SlabFile newFile(Path path) throws IOException {
    mapping.lock();
    try {
      SlabFile known = mapped.get(path);
      if (known == null) {
        known = SlabFile.open(path, mode, arena);
        mapped.put(path, known);
      }
      return known;
    } finally {
      mapping.unlock();
    }
  }

  @Override
  public Reading read() {
    Readable<Worker> all =
        each(file -> new Worker(file.worker(), file.owner(), Counts.of(file.slab())));
    return new Reading(
        Counts.sum(all.values().stream().map(Worker::counts).toList()),
        all.values().stream()
            .filter(worker -> worker.number() != SUPERVISOR && worker.owner().pid() != 0)
            .sorted(Comparator.comparingInt(Worker::number))
            .toList(),
        all.skipped());
  }

  @Override
  public long connectionsActive() {
    return each(file -> file.slab().connectionsActive()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Whether this process takes connections. */
  void accepting(boolean accepting) {
    own.accepting(accepting);
  }

  /** The fewest connections that a process has open which takes more; those last seen are asked. */
  long fewest() {
    long now = System.nanoTime();
    if (now - lookedAt > LOOK_EVERY.toNanos()) {
      lookedAt = now;
      each(SlabFile::worker);
    }
    long fewest = Long.MAX_VALUE;
    for (SlabFile file : mapped.values()) {
      try {
        if (file.isAccepting()) {
          fewest = Math.min(fewest, file.slab().connectionsActive());
        }
      } catch (InternalError cut) {
        // A scrape counts it as skipped.
      }
    }
    return fewest;
  }

  @Override
  public void publish() {
    publishing.lock();
    try {
      if (own.worker() != SUPERVISOR) {
        List<Family> families =
            Stream.concat(Jvm.families().stream(), OwnProcess.families().stream()).toList();
        FamilyFile.write(FamilyFile.path(directory, own.worker()), self, families);
      }
    } catch (IOException e) {
      // Others see those of the last time, and these when there is room again.
    } finally {
      publishing.unlock();
    }
  }

  @Override
  public List<Family> families(Reading reading) {
    Map<String, Family> families = new LinkedHashMap<>();
    int skipped = reading.skipped();
    for (Worker worker : reading.workers()) {
      try {
        for (Family family :
            FamilyFile.read(FamilyFile.path(directory, worker.number()), worker.owner())) {
          families.merge(family.name(), family.labelled(worker.labels()), Family::and);
        }
      } catch (NoSuchFileException e) {
        // The process has just started, or just ended.
      } catch (IOException | IllegalArgumentException e) {
        skipped++;
      }
    }
    List<Family> all = new ArrayList<>(families.values());
    all.add(
        gauge("pounce_slabs_skipped", "Files of workers that could not be read.", sample(skipped)));
    return all;
  }

  /** Sees to it that there is a slab of that number, like our own. */
  void make(int worker) throws IOException {
    mapping.lock();
    try {
      SlabFile.make(directory, worker, own.stripes());
    } finally {
      mapping.unlock();
    }
  }

  /**
   * Ends what the process of a worker, which has ended, left open. After that the slab is nobody's.
   *
   * @return how many requests it had under way; 0 if its slab cannot be read
   */
  long retire(int worker) {
    long cut = 0;
    try {
      cut =
          file(SlabFile.path(directory, worker))
              .read(file -> {
                long open = file.slab().balance();
                file.accepting(false);
                file.owner(Owner.NOBODY);
                return open;
              });
      Files.deleteIfExists(FamilyFile.path(directory, worker));
    } catch (IOException e) {
      // A scrape counts it as skipped.
    }
    return cut;
  }

  void close() {
    arena.close();
  }
}
