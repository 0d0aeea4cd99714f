package dev.pounce.server.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.SocketException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages arrive whole, at a path or an abstract name, or it is said why not. */
@Timeout(30)
class DatagramTest {

  @TempDir private Path directory;

  @Test
  void send_toAPath_arrives() throws Throwable {
    String path = directory.resolve("box").toString();
    try (Mailbox box = Mailbox.at(path)) {
      Datagram.send(path, "grüezi\nzäme");
      assertThat(box.receive()).isEqualTo("grüezi\nzäme");
    }
  }

  @Test
  void send_toAnAbstractName_arrives() throws Throwable {
    String name = "@pounce-" + UUID.randomUUID();
    try (Mailbox box = Mailbox.at(name)) {
      Datagram.send(name, "hello");
      assertThat(box.receive()).isEqualTo("hello");
    }
  }

  @Test
  void send_nobodyThere_isTheSystemsWords() {
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> Datagram.send(directory.resolve("none").toString(), "hello"))
        .withMessage("No such file or directory");
  }

  @Test
  void send_nobodyThereAnyMore_isTheSystemsWords() throws Throwable {
    String path = directory.resolve("box").toString();
    Mailbox.at(path).close();
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> Datagram.send(path, "hello"))
        .withMessage("Connection refused");
  }

  @Test
  void send_pathThatNoSocketCanHave_isRefused() {
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> Datagram.send("/" + "p".repeat(107), "hello"))
        .withMessageContaining("107");
  }

  @Test
  void send_receiverNeverReads_givesUp() throws Throwable {
    String path = directory.resolve("box").toString();
    try (Mailbox box = Mailbox.at(path)) {
      assertThatExceptionOfType(SocketException.class)
          .isThrownBy(() -> {
            while (true) {
              Datagram.send(path, "hello");
            }
          })
          .withMessage("Resource temporarily unavailable");
      assertThat(box.receive()).isEqualTo("hello");
    }
  }
}
