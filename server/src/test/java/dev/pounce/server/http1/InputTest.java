package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.listen.ListenSocket;
import dev.pounce.server.listen.Readiness;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has arrived, between the connection's thread and a watcher. */
@Timeout(30)
class InputTest {

  private static final String REQUEST = "POST / HTTP/1.1\r\n";

  /** A place that somebody else has worked at before. */
  private static ByteBuffer used() {
    return ByteBuffer.wrap("GET /others HTTP/1.1\r\n".repeat(10).getBytes(US_ASCII));
  }

  /** What the connection's thread and a watcher do in turn. */
  private interface Steps {
    void take(Input input) throws IOException;
  }

  /** A request arrives while the connection is idle; it is found whole behind the steps. */
  private static void assertFindsTheRequest(Steps steps) throws Exception {
    try (ListenSocket door = ListenSocket.tcp("127.0.0.1", 0, 10);
        Readiness readiness = new Readiness();
        Socket client = new Socket("127.0.0.1", door.port());
        Transport transport = door.accept(readiness, () -> false)) {
      Input input = new Input(transport);
      input.open(used());
      assertThat(input.rest()).isTrue();
      client.getOutputStream().write(REQUEST.getBytes(US_ASCII));
      client.shutdownOutput();
      input.awaitOctets();

      steps.take(input);

      assertThat(input.poll()).isTrue();
      assertThat(new String(input.octets(), input.from(), input.available(), US_ASCII))
          .isEqualTo(REQUEST);
    }
  }

  @Test
  void watch_comesWhenTheConnectionHasBeenIdleAndIsAboutToRead_leavesItToRead() throws Exception {
    assertFindsTheRequest(input -> {
      input.watch();
      input.open(used());
    });
  }

  @Test
  void poll_aWatcherHasReadBefore_findsWhatItRead() throws Exception {
    assertFindsTheRequest(input -> {
      input.open(used());
      input.watch();
    });
  }
}
