package dev.pounce.observe.log;

import static dev.pounce.observe.log.Logged.json;
import static dev.pounce.observe.log.Logged.line;
import static dev.pounce.observe.log.Logged.lines;
import static dev.pounce.observe.log.Logged.object;
import static dev.pounce.observe.log.Story.failed;
import static dev.pounce.observe.log.Story.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.RequestStarted;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients and exceptions may say, in the lines of events. */
class EventTextTest {

  @Test
  void path_thatWouldForgeAField_staysInItsQuotes() {
    RequestStarted hostile =
        started(
            "GET", "/', 'http_version': '9', \\'x\\' \"\r\n\u001b[2J\u009b1m\u202e\ud800", null);

    assertThat(line(LogFormat.TEXT, hostile))
        .contains(
            "'path': '/\\x27, \\x27http_version\\x27: \\x279\\x27, \\x5c\\x27x\\x5c\\x27 \""
                + "\\x0d\\x0a\\x1b[2J\\x9b1m\\u202e\\ud800', 'http_version': '1.1'");
    assertThat(json(hostile))
        .contains(
            "\"path\":\"/', 'http_version': '9', \\\\'x\\\\' \\\"\\r\\n\\u001b[2J\\u009b1m"
                + "\\u202e\\ud800\",\"http_version\":\"1.1\"");
  }

  @Test
  void line_json_anyText_readsBackAsItWas() {
    Random random = new Random(20260212);
    List<RequestStarted> requests =
        Stream.generate(() -> started(Noise.text(random), Noise.text(random), null))
            .limit(5_000)
            .toList();

    List<String> lines = lines(LogFormat.JSON, LogLevel.DEBUG, requests);

    assertThat(lines).hasSameSizeAs(requests);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(Json.parse(lines.get(i)))
          .containsEntry("method", requests.get(i).method())
          .containsEntry("path", requests.get(i).path());
    }
  }

  @Test
  void line_text_anyText_staysOneHarmlessLine() {
    Random random = new Random(20260213);
    List<RequestStarted> requests =
        Stream.generate(() -> started(Noise.text(random), Noise.text(random), null))
            .limit(5_000)
            .toList();

    assertThat(lines(LogFormat.TEXT, LogLevel.DEBUG, requests))
        .hasSameSizeAs(requests)
        .allSatisfy(line ->
            assertThat(line)
                .matches(
                    "Request started: \\{('[a-z_]+': ('[^']*'|[0-9]+), ){8}'timestamp': '[^']*'}")
                .doesNotMatch("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*")
                .doesNotContainPattern("\\\\(?!x[0-9a-f]{2}|u[0-9a-f]{4})"));
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void path_tooLong_isCutAndItsLineIsWritten(LogFormat format) {
    RequestStarted longest = started("GET", "/" + "é".repeat(8191), null);
    RequestStarted longer = started("GET", "/" + "é".repeat(8192), null);

    assertThat(line(format, longest)).contains(longest.path()).doesNotContain("…");
    assertThat(line(format, longer))
        .contains(longest.path() + "…")
        .doesNotContain("é".repeat(8192));
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void texts_allOfThemTooLongAndHostile_areWrittenAllTheSame(LogFormat format) {
    String hostile = "\u202e".repeat(100_000);
    LifecycleEvent event = failed(started(hostile, hostile, null), new Exception(hostile));

    List<String> lines = lines(format, LogLevel.DEBUG, List.of(event, Story.STARTED));

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .contains("java.lang.Exception: \\u202e")
        .contains("2026-02-12T10:15:31.000000Z");
  }

  @Test
  void error_thatThrowsWhenAsked_isNamedByItsType() {
    class Unspeakable extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }

    assertThat(object(failed(Story.STARTED, new Unspeakable())))
        .containsEntry("error", Unspeakable.class.getName());
  }
}
