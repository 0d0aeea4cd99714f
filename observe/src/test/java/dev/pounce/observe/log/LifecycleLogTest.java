package dev.pounce.observe.log;

import static dev.pounce.observe.log.Logged.json;
import static dev.pounce.observe.log.Logged.lines;
import static dev.pounce.observe.log.Logged.object;
import static dev.pounce.observe.log.Story.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestStarted;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which events are logged, by level and by how long they took. */
class LifecycleLogTest {

  @Test
  void webSocket_isNeverSlow() {
    RequestStarted opened = Story.opening(Protocol.WEBSOCKET);
    LifecycleEvent event = Story.completed(opened, Duration.ofHours(24));

    assertThat(object(event)).doesNotContainKey("slow");
    assertThat(lines(LogFormat.JSON, LogLevel.INFO, List.of(event))).isEmpty();
    assertThat(json(opened)).contains("\"protocol\":\"websocket\"");
  }

  @ParameterizedTest
  @CsvSource({
    "PT1.999999999S, false",
    "PT2S, false",
    "PT2.000000001S, true",
    "PT2H, true",
  })
  void slow_isWhatTookLongerThanTheThreshold(Duration duration, boolean slow) {
    LifecycleEvent event = completed(Story.STARTED, duration);

    assertThat(object(event).containsKey("slow")).isEqualTo(slow);
    assertThat(lines(LogFormat.JSON, LogLevel.INFO, List.of(event))).hasSize(slow ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "DEBUG, 14",
    "INFO, 8",
    "WARNING, 6",
    "ERROR, 2",
  })
  void threshold_aboveAnEventsLevel_leavesItOut(LogLevel threshold, int shown) {
    assertThat(lines(LogFormat.JSON, threshold, Story.WHOLE)).hasSize(shown);
  }

  @Test
  void threshold_info_showsWhatIsSlowRefusedLeftFailedReplacedOrReloaded() {
    assertThat(lines(LogFormat.JSON, LogLevel.INFO, Story.WHOLE))
        .extracting(line -> Json.parse(line).get("event"))
        .containsExactly(
            "ResponseCompleted",
            "RequestFailed",
            "RequestRejected",
            "ClientDisconnected",
            "ClientDisconnected",
            "WorkerReplaced",
            "ReloadCompleted",
            "ReloadCompleted");
  }

  @Test
  void threshold_error_showsFailuresAlone() {
    assertThat(lines(LogFormat.TEXT, LogLevel.ERROR, Story.WHOLE))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Request failed: "),
            line -> assertThat(line).startsWith("Reload completed: ").contains("'failure': "));
  }
}
