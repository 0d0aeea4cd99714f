package dev.pounce.observe.metrics;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of one run: only its user may look into it, and its name tells whose it is, {@code
 * pounce-<pid>-<start>-<random>}. A run that is killed leaves its directory behind; the next one
 * sweeps it.
 *
 * <p>It is swept if it belongs to the same user, its process is gone, and nothing was written for a
 * minute. The last is for processes that we cannot see, those of another container: workers write
 * every second.
 */
final class RunDirectory {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final Pattern NAME = Pattern.compile("pounce-(\\d{1,18})-(\\d{1,18})-\\d+");

  /** Files of slabs, and the socket by which a supervisor of worker processes talks to them. */
  private static final Pattern OURS =
      Pattern.compile("worker-\\d+\\.(slab|families)(\\.tmp)?|control");

  /** The system tells when a process started by a clock that is set now and then. */
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  private static final Duration QUIET = Duration.ofMinutes(1);

  private RunDirectory() {}

  /** Where directories of runs lie if nothing else is said: in memory, if the system has that. */
  static Path base() {
    return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)
        ? SHARED_MEMORY
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Makes a directory for this process, and sweeps those of the dead. */
  static Path create(Path base) throws IOException {
    Owner self = Owner.self();
    Path made =
        Files.createTempDirectory(
            base,
            "pounce-" + self.pid() + "-" + self.start() + "-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    UserPrincipal user = Files.getOwner(made, LinkOption.NOFOLLOW_LINKS);
    for (Path directory : list(base, "pounce-*")) {
      if (isLeft(directory, user)) {
        delete(directory);
      }
    }
    return made;
  }

  private static boolean isLeft(Path directory, UserPrincipal user) {
    Matcher name = NAME.matcher(directory.getFileName().toString());
    if (!name.matches() || lives(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))) {
      return false;
    }
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Instant written = attributes.lastModifiedTime().toInstant();
      return attributes.isDirectory()
          && attributes.owner().equals(user)
          && written.isBefore(Instant.now().minus(QUIET));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean lives(long pid, long start) {
    return ProcessHandle.of(pid)
        .map(process -> Owner.of(process).start())
        .filter(now -> now == 0 || start == 0 || Math.abs(now - start) < TOLERANCE.toMillis())
        .isPresent();
  }

  /** Deletes a directory with what is ours in it; if there is more, that stays. */
  static void delete(Path directory) {
    try {
      for (Path file : list(directory, "*")) {
        if (OURS.matcher(file.getFileName().toString()).matches()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // Whoever is in there, or made it so, may keep it.
    }
  }

  private static List<Path> list(Path directory, String names) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, names)) {
      all.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return found;
  }
}
