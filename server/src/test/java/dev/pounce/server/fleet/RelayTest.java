package dev.pounce.server.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lines of a process come through whole, however its output is cut into pieces. */
class RelayTest {

  private final List<String> writes = new ArrayList<>();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  /** Gives one of the pieces at each read, as a pipe does. */
  private static InputStream pieces(String... pieces) {
    List<InputStream> rest = new ArrayList<>();
    Stream.of(pieces).forEach(piece -> rest.add(new ByteArrayInputStream(piece.getBytes(UTF_8))));
    return new InputStream() {
      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        while (!rest.isEmpty()) {
          int count = rest.getFirst().read(into, offset, length);
          if (count >= 0) {
            return count;
          }
          rest.removeFirst();
        }
        return -1;
      }
    };
  }

  private List<String> relay(String... pieces) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int octet) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] octets, int offset, int length) {
            writes.add(new String(octets, offset, length, UTF_8));
          }
        };
    try (LogWriter log = LogWriter.to(logged, LogFormat.JSON)) {
      new Relay(pieces(pieces), out, log).run();
    }
    return writes;
  }

  @Test
  void lines_inOnePiece_areOneWrite() {
    assertThat(relay("one\ntwo\n")).containsExactly("one\ntwo\n");
  }

  @Test
  void line_inSeveralPieces_isOneWrite() {
    assertThat(relay("o", "n", "e\n")).containsExactly("one\n");
  }

  @Test
  void piece_endsInALine_itsBeginningWaitsForTheRest() {
    assertThat(relay("one\ntw", "o\nthree\n")).containsExactly("one\n", "two\nthree\n");
  }

  @Test
  void line_longerThanAnyBuffer_isOneWrite() {
    String line = "x".repeat(300_000);
    assertThat(relay(line + "\n", "one\n")).containsExactly(line + "\n", "one\n");
  }

  @Test
  void end_withoutALineEnd_goesToTheLog() {
    assertThat(relay("one\n{\"half\":\"ü")).containsExactly("one\n");
    assertThat(logged.toString(UTF_8))
        .contains("\"message\":\"A line without end: {\\\"half\\\":\\\"ü\"")
        .hasLineCount(1);
  }

  @Test
  void end_afterAWholeLine_saysNothing() {
    assertThat(relay("one\n", "")).containsExactly("one\n");
    assertThat(logged.size()).isZero();
  }
}
