package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Running;
import dev.pounce.server.StartupException;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link Conformance} has a client say, said to a server that echoes it: the areas of the
 * Autobahn test suite, and what a client sees of each.
 */
@Timeout(60)
class ServedTest {

  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

  private static Running server;

  @BeforeAll
  static void serve() throws StartupException {
    server =
        Running.serve(
            Echo::handle, settings -> settings.websocketMaxMessageSize(ByteSize.of(Heard.LIMIT)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Sends octets and then the end, and reads until the server's. */
  private static List<String> answers(byte[] octets, String... fields) throws IOException {
    List<String> answers = new ArrayList<>();
    try (FrameClient client = FrameClient.open(server, "/", fields)) {
      client.raw().send(octets).finishSending();
      for (String line = client.hear(); !line.equals("end"); line = client.hear()) {
        answers.add(line);
      }
    }
    return answers;
  }

  /** What an echo answers to what it has heard. */
  private static List<String> echoes(List<String> heard) {
    List<String> echoes = new ArrayList<>();
    for (String line : heard) {
      if (line.startsWith("ping")) {
        echoes.add("pong" + line.substring("ping".length()));
      } else if (line.startsWith("fails with ")) {
        echoes.add("close " + line.substring("fails with ".length()));
      } else if (line.startsWith("close ")) {
        echoes.add(line.substring(0, "close 1000 ".length()));
      } else if (!line.startsWith("pong") && !line.equals("end")) {
        echoes.add(line);
      }
    }
    return echoes;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "dev.pounce.server.websocket.Conformance#framing",
    "dev.pounce.server.websocket.Conformance#pings",
    "dev.pounce.server.websocket.Conformance#reservedBits",
    "dev.pounce.server.websocket.Conformance#opcodes",
    "dev.pounce.server.websocket.Conformance#fragmentation",
    "dev.pounce.server.websocket.Conformance#closes",
    "dev.pounce.server.websocket.Conformance#utf8"
  })
  void client_isAnsweredAsItDeserves(String name, byte[] octets, List<String> heard)
      throws IOException {
    assertThat(answers(octets).stream().map(ServedTest::withoutReasonOfFailure))
        .isEqualTo(echoes(heard));
  }

  /** The words are the codec's, and for people. */
  private static String withoutReasonOfFailure(String line) {
    return line.matches("close 10(02|07) .+") ? line.substring(0, "close 1002".length()) : line;
  }

  @Test
  void badText_isRefusedBeforeItsMessageEnds() throws IOException {
    try (FrameClient client = FrameClient.open(server, "/")) {
      client.send(Frames.of().frame(Opcode.TEXT, "good").hex("00 84 00 00 00 00 ce ba ff"));

      assertThat(client.hear()).startsWith("close 1007");
    }
  }

  @Test
  void message_ofTheLargestSize_isTaken() throws IOException {
    String largest = "x".repeat(Heard.LIMIT);
    try (FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.text(largest).hear()).isEqualTo("text " + Heard.brief(largest));
    }
  }

  @Test
  void message_ofOneOctetMore_isRefusedWhenItIsAnnounced() throws IOException {
    try (FrameClient client = FrameClient.open(server, "/")) {
      client.send(Frames.of().head(Frames.FIN | Opcode.TEXT, 8, Heard.LIMIT + 1L).hex("00000000"));

      assertThat(client.hear()).isEqualTo("close 1009 message of more than 1048576 octets");
      assertThat(client.hear()).isEqualTo("end");
    }
  }

  @Test
  void message_thatInflatesBeyondTheLimit_isRefused() throws IOException {
    Deflation deflation = new Deflation(false);
    byte[] bomb = rest(deflation.deflate(new byte[2 * Heard.LIMIT], 0));
    deflation.end();
    try (FrameClient client = FrameClient.open(server, "/", DEFLATE)) {
      client.send(Frames.of().frame(Frames.FIN | Frames.RSV1 | Opcode.BINARY, bomb));

      assertThat(client.hear()).startsWith("close 1009");
    }
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(octets);
    return octets;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate"
      })
  void compression_thatCanBeAgreedOn_isUsed(String offer) throws IOException {
    String text = "again and ".repeat(1_000);
    Deflation deflation = new Deflation(false);
    byte[] compressed = rest(deflation.deflate(Frames.utf8(text), 0));
    deflation.end();
    try (FrameClient client = FrameClient.open(server, "/", "Sec-WebSocket-Extensions: " + offer)) {
      assertThat(client.head().header("Sec-WebSocket-Extensions"))
          .hasValueSatisfying(agreed -> assertThat(agreed).startsWith("permessage-deflate;"));
      for (int i = 0; i < 3; i++) {
        client.send(Frames.of().frame(Frames.FIN | Frames.RSV1 | Opcode.TEXT, compressed));
        assertThat(client.hear()).isEqualTo("text " + Heard.brief(text));
      }
      assertThat(client.text("plain").hear()).isEqualTo("text plain");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"permessage-deflate; server_max_window_bits=10", "x-webkit-deflate-frame"})
  void compression_thatCannotBeAgreedOn_isLeftOut(String offer) throws IOException {
    try (FrameClient client = FrameClient.open(server, "/", "Sec-WebSocket-Extensions: " + offer)) {
      assertThat(client.head().headers("Sec-WebSocket-Extensions")).isEmpty();
      assertThat(client.text("plain").hear()).isEqualTo("text plain");
    }
  }

  @Test
  void compression_switchedOff_isLeftOut() throws Exception {
    try (Running plain = Running.serve(Echo::handle, s -> s.websocketCompression(false));
        FrameClient client = FrameClient.open(plain, "/", DEFLATE)) {
      assertThat(client.head().headers("Sec-WebSocket-Extensions")).isEmpty();
      client.send(Frames.of().frame(Frames.FIN | Frames.RSV1 | Opcode.TEXT, "?"));
      assertThat(client.hear()).isEqualTo("close 1002 reserved bit");
    }
  }

  @Test
  void badCompressedData_isRefused() throws IOException {
    try (FrameClient client = FrameClient.open(server, "/", DEFLATE)) {
      client.send(Frames.of().frame(Frames.FIN | Frames.RSV1 | Opcode.TEXT, "\u0007\u0007\u0007"));

      assertThat(client.hear()).startsWith("close 1007");
    }
  }

  @Test
  void pings_betweenFragments_areAnsweredAtOnce() throws IOException {
    try (FrameClient client = FrameClient.open(server, "/")) {
      client.send(Frames.of().frame(Opcode.TEXT, "be").ping("1"));
      assertThat(client.hear()).isEqualTo("pong 31");
      client.send(Frames.of().frame(Frames.FIN, "gun"));
      assertThat(client.hear()).isEqualTo("text begun");
    }
  }

  @Test
  void frames_sentWithTheHandshake_areNotLost() throws IOException {
    try (RawClient raw = server.connect()) {
      byte[] handshake = FrameClient.handshake("/").getBytes(US_ASCII);
      byte[] early = Frames.of().text("early").ping("").text("bird").octets();
      byte[] all = Arrays.copyOf(handshake, handshake.length + early.length);
      System.arraycopy(early, 0, all, handshake.length, early.length);
      FrameClient client = FrameClient.on(raw.send(all));

      assertThat(List.of(client.hear(), client.hear(), client.hear()))
          .containsExactly("text early", "pong ", "text bird");
    }
  }

  @Test
  void frames_octetByOctet_areUnderstood() throws IOException {
    try (FrameClient client = FrameClient.open(server, "/")) {
      for (byte octet : Frames.of().text("slowly").octets()) {
        client.raw().send(new byte[] {octet});
      }

      assertThat(client.hear()).isEqualTo("text slowly");
    }
  }
}
