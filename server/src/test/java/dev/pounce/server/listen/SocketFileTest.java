package dev.pounce.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A socket appears where it belongs, complete, at one stroke. */
class SocketFileTest {

  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw-rw-");
  private static final int LONGEST_PATH = 106;

  @TempDir private Path directory;
  private ServerSocketChannel channel;

  @BeforeEach
  void open() throws IOException {
    channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
  }

  @AfterEach
  void close() throws IOException {
    channel.close();
  }

  @Test
  void make_whileItIsMade_nobodyElseCanReachIt() throws IOException {
    Path path = directory.resolve("pounce.sock");
    SocketFile.make(
        path,
        MODE,
        address -> {
          channel.bind(address);
          Path around = address.getPath().getParent();
          assertThat(around.getParent()).isEqualTo(directory);
          assertThat(Files.getPosixFilePermissions(around, LinkOption.NOFOLLOW_LINKS))
              .isEqualTo(PosixFilePermissions.fromString("rwx------"));
          assertThat(path).doesNotExist();
        });
    assertThat(Files.getPosixFilePermissions(path)).isEqualTo(MODE);
  }

  @Test
  void make_staleFile_standsUntilTheNewOneTakesItsPlace() throws IOException {
    Path path = directory.resolve("pounce.sock");
    try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      crashed.bind(UnixDomainSocketAddress.of(path));
    }
    SocketFile.make(
        path,
        MODE,
        address -> {
          channel.bind(address);
          assertThat(path).exists();
        });
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void make_bindingFails_leavesNothing() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            SocketFile.make(
                directory.resolve("pounce.sock"),
                MODE,
                address -> {
                  channel.bind(address);
                  throw new IOException("out of luck");
                }))
        .withMessageContaining("(out of luck)");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void make_longestPathThatASocketCanHave_works() throws IOException {
    Path path = directory.resolve(name(LONGEST_PATH));
    SocketFile.make(path, MODE, channel::bind).remove();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void make_pathOfOneByteMore_saysHowLongItMayBe() {
    Path path = directory.resolve(name(LONGEST_PATH + 1));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SocketFile.make(path, MODE, channel::bind))
        .withMessage(
            "the path "
                + path
                + " is too long for a socket: choose one of at most 106 bytes, in a directory of"
                + " at most 97");
  }

  @Test
  void make_shortNameInADirectoryThatIsTooLong_saysHowLongItMayBe() throws IOException {
    Path deep = Files.createDirectory(directory.resolve(name(LONGEST_PATH - 2)));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SocketFile.make(deep.resolve("s"), MODE, channel::bind))
        .withMessageContaining("in a directory of at most 97");
    Path enough = Files.createDirectory(directory.resolve(name(97)));
    SocketFile.make(enough.resolve("s"), MODE, channel::bind).remove();
    assertThat(enough).isEmptyDirectory();
  }

  /** A name that makes a path in the directory so long. */
  private String name(int length) {
    return "n".repeat(length - directory.toString().length() - 1);
  }

  @Test
  void make_symbolicLink_isNotFollowed() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SocketFile.make(link, MODE, channel::bind))
        .withMessage(link + " is there and is no socket: choose another path");
    assertThat(link).isSymbolicLink();
  }
}
