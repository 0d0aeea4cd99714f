package dev.pounce.cli.target;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiled sources from earlier starts: a folder for each source file and all that its compilation
 * depends on, named by the {@link Fingerprint} of these. What the cache can't do, it leaves: the
 * file is then compiled.
 *
 * <p>Other sources take part only as the compiler meets them, so they can't be in the name. The
 * entry lists them with their hashes, and is good only while they are as they were.
 */
public final class CompileCache {

  private static final Duration KEPT = Duration.ofDays(30);
  private static final String ENTRY = "classes";
  private static final Path SELF = Path.of("/proc/self");

  private final @Nullable Path folder;

  private CompileCache(@Nullable Path folder) {
    this.folder = folder;
  }

  /** The cache in a folder, which is made when it is needed. */
  public static CompileCache in(Path folder) {
    return new CompileCache(folder);
  }

  /** No cache: nothing is found and nothing is kept. */
  public static CompileCache none() {
    return new CompileCache(null);
  }

  /** The user's cache: {@code $XDG_CACHE_HOME/pounce}, or {@code ~/.cache/pounce}. */
  public static CompileCache of(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (xdg.startsWith("/")) {
      return in(Path.of(xdg, "pounce"));
    }
    return new CompileCache(home.startsWith("/") ? Path.of(home, ".cache", "pounce") : null);
  }

  /** The name of the entry for a source file, or null if there can be none. */
  @Nullable String key(Path file, byte[] content, ClassPath classPath) {
    if (folder == null) {
      return null;
    }
    try {
      Fingerprint fingerprint =
          new Fingerprint()
              .add(Runtime.version().toString())
              .add(file.toAbsolutePath().toString())
              .add(content)
              .add(Contract.home(CompileCache.class));
      for (Path entry : Contract.classPath(classPath.entries())) {
        fingerprint.add(entry);
      }
      return fingerprint.hex();
    } catch (IOException e) {
      return null;
    }
  }

  @Nullable Compilation get(@Nullable String key) {
    if (folder == null || key == null || !isOwn(folder)) {
      return null;
    }
    try {
      Compilation found = Entry.read(Files.readAllBytes(folder.resolve(key).resolve(ENTRY)));
      return isCurrent(found.others()) ? found : null;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  /** Another user's classes are not ours to run, even if the environment says so. */
  private static boolean isOwn(Path folder) {
    try {
      return !Files.exists(SELF)
          || Files.getAttribute(folder, "unix:uid").equals(Files.getAttribute(SELF, "unix:uid"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isCurrent(Map<String, String> others) throws IOException {
    for (Map.Entry<String, String> other : others.entrySet()) {
      if (!Fingerprint.of(Files.readAllBytes(Path.of(other.getKey()))).equals(other.getValue())) {
        return false;
      }
    }
    return true;
  }

  void put(@Nullable String key, Compilation compilation) {
    if (folder == null || key == null) {
      return;
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (isOwn(folder)) {
        prune(folder);
        write(folder, folder.resolve(key), Entry.write(compilation));
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The next start compiles again.
    }
  }

  private static void write(Path folder, Path place, byte[] content) throws IOException {
    Path made = Files.createTempDirectory(folder, "new");
    try {
      Files.write(made.resolve(ENTRY), content);
      delete(place);
      Files.move(made, place, ATOMIC_MOVE);
    } finally {
      delete(made);
    }
  }

  private static void prune(Path folder) throws IOException {
    FileTime limit = FileTime.from(Instant.now().minus(KEPT));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry).compareTo(limit) < 0) {
          delete(entry);
        }
      }
    }
  }

  private static void delete(Path entry) throws IOException {
    Files.deleteIfExists(entry.resolve(ENTRY));
    Files.deleteIfExists(entry);
  }
}
