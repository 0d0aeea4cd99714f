package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EchoClientTest {
  private static final Duration TIME = Duration.ofMillis(50);
  private static final String OPEN = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

  @Test
  void echoes_allThatCame_areCounted() throws Exception {
    try (var server = new Server(OPEN, text())) {
      var report = Report.ofWrk(new EchoClient(1).run(server.port(), 2, TIME));
      // The last ones that were sent came back too late, or not at all.
      assertThat(report.requests()).isPositive().isBetween(server.read() - 2, server.read());
      assertThat(report.time()).isGreaterThanOrEqualTo(TIME);
      assertThat(report.p99()).isGreaterThanOrEqualTo(report.p50());
    }
  }

  @Test
  void depth_messagesSentAtOnce_comeBackInPieces() throws Exception {
    try (var server = new Server(OPEN, text())) {
      var report = Report.ofWrk(new EchoClient(16).run(server.port(), 1, TIME));
      assertThat(report.requests()).isPositive().isBetween(server.read() - 16, server.read());
    }
  }

  @Test
  void echo_differentInOneLetter_endsTheRun() throws Exception {
    byte[] wrong = text();
    wrong[wrong.length - 1]++;
    try (var server = new Server(OPEN, wrong)) {
      assertThatThrownBy(() -> new EchoClient(1).run(server.port(), 1, TIME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no echo: ")
          .hasMessageContaining("0123456789abce");
    }
  }

  @Test
  void handshake_refused_saysHow() throws Exception {
    try (var server = new Server("HTTP/1.1 404 Not Found\r\n\r\n", text())) {
      assertThatThrownBy(() -> new EchoClient(1).run(server.port(), 1, TIME))
          .hasMessageContaining("HTTP/1.1 404 Not Found");
    }
  }

  @Test
  void question_noWebSocket_isTheWrongAnswer() throws Exception {
    try (var server = new Server("HTTP/1.1 404 Not Found\r\n\r\n", text())) {
      String answer = EchoClient.ask(server.port());
      assertThat(answer).startsWith("HTTP/1.1 404");
      assertThat(Protocol.WEBSOCKET.isAnswer(answer)).isFalse();
    }
  }

  @Test
  void question_echo_isTheText() throws Exception {
    try (var server = new Server(OPEN, text())) {
      assertThat(Protocol.WEBSOCKET.isAnswer(EchoClient.ask(server.port()))).isTrue();
    }
  }

  private static byte[] text() {
    return EchoClient.TEXT.getBytes(US_ASCII);
  }

  /** Answers each handshake with one head, and then each right message with one text, in two. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong read = new AtomicLong();
    private final String head;
    private final byte[] text;

    Server(String head, byte[] text) throws IOException {
      this.head = head;
      this.text = text;
      threads.execute(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    /** How many messages were what they should be. */
    long read() {
      return read.get();
    }

    private void accept() {
      try {
        while (true) {
          Socket client = socket.accept();
          threads.execute(() -> talk(client));
        }
      } catch (IOException closed) {
        // the end
      }
    }

    private void talk(Socket client) {
      try (client) {
        client.setTcpNoDelay(true);
        var in = client.getInputStream();
        var out = client.getOutputStream();
        var handshake = new StringBuilder();
        while (handshake.indexOf("\r\n\r\n") < 0) {
          handshake.append((char) in.read());
        }
        out.write(head.getBytes(US_ASCII));
        while (unmasked(in.readNBytes(6), in.readNBytes(text.length)).equals(EchoClient.TEXT)) {
          read.incrementAndGet();
          out.write(new byte[] {(byte) 0x81, (byte) text.length, text[0]});
          out.write(text, 1, text.length - 1);
        }
      } catch (IOException left) {
        // as clients do
      }
    }

    private static String unmasked(byte[] head, byte[] payload) {
      if (head.length < 6 || head[0] != (byte) 0x81 || head[1] != (byte) (0x80 | payload.length)) {
        return "";
      }
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= head[2 + i % 4];
      }
      return new String(payload, US_ASCII);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      threads.close();
    }
  }
}
