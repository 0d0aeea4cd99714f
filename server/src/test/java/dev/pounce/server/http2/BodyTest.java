package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.exchange.Refusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BodyTest {

  private final Body body = new Body(-1, 20);

  private static boolean add(Body to, String text) {
    byte[] octets = ("<" + text + ">").getBytes(US_ASCII);
    return to.add(octets, 1, octets.length - 1);
  }

  private String next() throws IOException, Refusal {
    byte[] piece = body.next();
    return piece == null ? "the end" : new String(piece, US_ASCII);
  }

  @Test
  void next_givesAllThatHasCome() throws Exception {
    add(body, "a");
    add(body, "bc");
    assertThat(next()).isEqualTo("abc");
    add(body, "d");
    body.end();
    assertThat(body.isFinished()).isFalse();
    assertThat(next()).isEqualTo("d");
    assertThat(body.isFinished()).isTrue();
    assertThat(next()).isEqualTo("the end");
    assertThat(next()).isEqualTo("the end");
  }

  @Test
  void next_waitsForOctets() throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    Thread taker =
        Thread.startVirtualThread(() -> {
          try {
            got.complete(next());
          } catch (IOException | Refusal e) {
            got.completeExceptionally(e);
          }
        });
    add(body, "late");
    assertThat(got.get(10, TimeUnit.SECONDS)).isEqualTo("late");
    taker.join();
  }

  @Test
  void next_streamHasGone_givesWhatCame_andFails() throws Exception {
    add(body, "part");
    body.abandon();
    assertThat(next()).isEqualTo("part");
    assertThatExceptionOfType(IOException.class).isThrownBy(this::next);
  }

  @Test
  void next_streamHasGoneBehindTheEnd_isTheEnd() throws Exception {
    add(body, "all");
    body.end();
    body.abandon();
    assertThat(next()).isEqualTo("all");
    assertThat(next()).isEqualTo("the end");
  }

  @Test
  void next_interrupted_failsAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(this::next);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void add_beyondTheLimit_isRefused() {
    assertThat(add(body, "x".repeat(20))).isTrue();
    assertThat(add(body, "y")).isFalse();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(this::next)
        .satisfies(e -> assertThat(e.status()).isEqualTo(413));
  }

  @Test
  void add_whenNobodyTakesIt_isNotKept() {
    body.abandon();
    assertThat(add(body, "x")).isFalse();
    assertThat(body.drop()).isZero();
  }

  @Test
  void drop_tellsHowMuchWasLeft() throws Exception {
    add(body, "abc");
    next();
    add(body, "defg");
    assertThat(body.drop()).isEqualTo(4);
    assertThat(body.drop()).isZero();
    assertThat(add(body, "h")).isFalse();
  }

  @Test
  void isFalse_againstWhatWasDeclared() {
    Body five = new Body(5, 20);
    assertThat(five.isFalse(4, false)).isFalse();
    assertThat(five.isFalse(4, true)).isTrue();
    assertThat(five.isFalse(5, true)).isFalse();
    assertThat(five.isFalse(6, false)).isTrue();
    add(five, "abc");
    assertThat(five.isFalse(2, true)).isFalse();
    assertThat(five.isFalse(0, true)).isTrue();
    assertThat(five.isFalse(3, false)).isTrue();
  }

  @Test
  void isFalse_nothingWasDeclared_neverIs() {
    assertThat(body.isFalse(0, true)).isFalse();
    assertThat(body.isFalse(1_000_000, true)).isFalse();
  }

  @Test
  void pieces_largeAndSmall_staySound() throws Exception {
    Body large = new Body(-1, 1 << 20);
    StringBuilder sent = new StringBuilder();
    StringBuilder got = new StringBuilder();
    for (int i = 1; i < 600; i++) {
      String text = String.valueOf((char) ('a' + i % 26)).repeat(i * 7 % 900);
      sent.append(text);
      add(large, text);
      if (i % 37 == 0) {
        got.append(new String(java.util.Objects.requireNonNull(large.next()), US_ASCII));
      }
    }
    large.end();
    for (byte[] piece = large.next(); piece != null; piece = large.next()) {
      got.append(new String(piece, US_ASCII));
    }
    assertThat(got).hasToString(sent.toString());
  }
}
