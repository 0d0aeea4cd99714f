package dev.pounce.server.listen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket. Nobody can connect to it before its permissions are set: it is
 * made in a directory of its own that is closed to all others, and moved to its place when all is
 * ready. The move also replaces, at one stroke, a file that nobody listens on any more.
 */
final class SocketFile {

  /** Longest path that the JDK takes, in bytes; the kernel takes one more. */
  private static final int LONGEST_PATH = 106;

  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int SUFFIXES = 36 * 36 * 36 * 36;
  private static final int FIRST_SUFFIX = SUFFIXES / 36;

  /** What stands in for the file's name while it is made, as in {@code .p1a2b/s}. */
  private static final int SCRATCH = ".p1a2b/s".length();

  private static final int LONGEST_DIRECTORY = LONGEST_PATH - SCRATCH - 1;

  private final Path path;
  private final @Nullable Object key;

  private SocketFile(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  /** Binds a socket and listens. */
  interface Binder {
    void bind(UnixDomainSocketAddress address) throws IOException;
  }

  /**
   * Has a socket bound and makes it reachable at the path.
   *
   * @throws IOException if that is not possible; the message says why and what to do
   */
  static SocketFile make(Path path, Set<PosixFilePermission> permissions, Binder binder)
      throws IOException {
    checkLength(path);
    checkFree(path);
    try {
      Path scratch = scratch(path);
      Path file = scratch.resolve("s");
      try {
        binder.bind(UnixDomainSocketAddress.of(file));
        Files.setPosixFilePermissions(file, permissions);
        Object key = key(file);
        Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
        return new SocketFile(path, key);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(scratch);
      }
    } catch (IOException e) {
      throw new IOException(
          "can't make the socket "
              + path
              + " ("
              + reason(e)
              + "): its directory must exist and be writable",
          e);
    }
  }

  /** What the system said, which the JDK's exceptions for files have in their names alone. */
  private static @Nullable String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      default -> e.getMessage();
    };
  }

  private static void checkLength(Path path) throws IOException {
    Path directory = path.getParent();
    if (bytes(path) > LONGEST_PATH || directory != null && bytes(directory) > LONGEST_DIRECTORY) {
      throw new IOException(
          "the path "
              + path
              + " is too long for a socket: choose one of at most "
              + LONGEST_PATH
              + " bytes, in a directory of at most "
              + LONGEST_DIRECTORY);
    }
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(UTF_8).length;
  }

  private static void checkFree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & TYPE) != SOCKET) {
      throw new IOException(path + " is there and is no socket: choose another path");
    }
    if (isListenedOn(path)) {
      throw new IOException(
          "socket " + path + " is taken: stop what listens there, or choose another path");
    }
  }

  private static boolean isListenedOn(Path path) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // a server that is stuck must not hold up this one
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (SocketException e) {
      return true; // its queue is full, or it is not for us
    }
  }

  private static Path scratch(Path path) throws IOException {
    while (true) {
      int suffix = ThreadLocalRandom.current().nextInt(FIRST_SUFFIX, SUFFIXES);
      try {
        return Files.createDirectory(
            path.resolveSibling(".p" + Integer.toString(suffix, 36)),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException e) {
        // somebody else's; take another name
      }
    }
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Removes the file, unless another one has taken its place. */
  void remove() throws IOException {
    try {
      if (key != null && key.equals(key(path))) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // it is gone already
    }
  }
}
