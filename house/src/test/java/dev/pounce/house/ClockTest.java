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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClockTest {

  private static final String CLOCK = "clock/Clock.java";

  @Test
  void time_client_isToldEachSecond(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(CLOCK, cache);
        RawClient client = example.ask("/time")) {
      assertThat(client.readHead().header("content-type")).hasValue("text/event-stream");
      String first = tick(client);
      String next = tick(client);
      while (next.equals(first)) {
        next = tick(client);
      }
      assertThat(List.of(first, next))
          .allMatch(told -> told.matches("data: \\d\\d(:\\d\\d){2}\n\n"));
    }
  }

  @Test
  void time_clientLeaves_endsTheStream(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(CLOCK, cache)) {
      try (RawClient client = example.ask("/time")) {
        client.readHead();
        client.readChunk();
      }
      assertThat(example.ended())
          .extracting(ConnectionCompleted::reason)
          .isEqualTo(Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void page_listensToTheTime(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(CLOCK, cache)) {
      assertThat(example.text("/")).contains("new EventSource(\"/time\")");
    }
  }

  private static String tick(RawClient client) throws IOException {
    return new String(client.readChunk(), UTF_8);
  }
}
