package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionCompleted.Reason;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamTest {

  private static final String STREAM = "stream/Stream.java";

  /** So many equal answers in a row, each to a request of its own, mean that nothing moves. */
  private static final int STILL = 300;

  @Test
  void primes_rowsComeBeforeTheEnd(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(STREAM, cache);
        RawClient client = example.ask("/primes")) {
      assertThat(client.readHead().header("content-type")).hasValue("application/x-ndjson");
      assertThat(rows(client).subList(0, 3))
          .containsExactly(
              "{\"number\":1,\"prime\":2}",
              "{\"number\":2,\"prime\":3}",
              "{\"number\":3,\"prime\":5}");
    }
  }

  @Test
  void primes_clientDoesNotRead_areNotMade(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(STREAM, cache);
        RawClient client = example.ask("/primes")) {
      client.readHead();
      long held = madeInTheEnd(example);
      long read = 0;
      while (made(example) == held) {
        List<String> rows = rows(client);
        assertThat(rows.getFirst()).startsWith("{\"number\":" + (read + 1) + ",");
        read += rows.size();
      }
      assertThat(read).isBetween(1L, held);
    }
  }

  @Test
  void primes_clientLeaves_areNotMade(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(STREAM, cache)) {
      try (RawClient client = example.ask("/primes")) {
        client.readHead();
        client.readChunk();
      }
      assertThat(example.ended())
          .extracting(ConnectionCompleted::reason)
          .isEqualTo(Reason.CLIENT_DISCONNECT);
      long made = made(example);
      assertThat(IntStream.range(0, STILL))
          .allSatisfy(_ -> assertThat(made(example)).isEqualTo(made));
    }
  }

  private static List<String> rows(RawClient client) throws IOException {
    return new String(client.readChunk(), UTF_8).lines().toList();
  }

  private static long made(ServedExample example) throws IOException {
    return Long.parseLong(example.text("/made").replaceAll("\\D", ""));
  }

  /** Waits until no more rows are made. */
  private static long madeInTheEnd(ServedExample example) throws IOException {
    long made = made(example);
    for (int still = 0; still < STILL; still++) {
      long now = made(example);
      if (now != made) {
        made = now;
        still = 0;
      }
    }
    return made;
  }
}
