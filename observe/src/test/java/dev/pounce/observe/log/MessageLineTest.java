package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageLineTest {
  private static final String ID = "a1b2c3d4e5f67890abcdef1234567890";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-02-12T01:15:30.987Z"));
  private static final TimeZone TOKYO = TimeZone.getTimeZone("Asia/Tokyo");

  private static final MessageLine TEXT = new MessageLine(LogFormat.TEXT, CLOCK, () -> TOKYO);
  private static final MessageLine BARE = new MessageLine(LogFormat.TEXT, CLOCK, null);
  private static final MessageLine JSON = new MessageLine(LogFormat.JSON, CLOCK, () -> TOKYO);

  private static final StackTraceElement[] CALLER = {
    new StackTraceElement("com.acme.Shop", "order", "Shop.java", 42)
  };

  @Test
  void text_info_hasLocalTimeAndNoLevel() {
    assertThat(line(TEXT, LogLevel.INFO, "Received SIGTERM — initiating shutdown", null))
        .isEqualTo("[2026-02-12 10:15:30] Received SIGTERM — initiating shutdown\n");
  }

  @Test
  void text_otherLevel_isNamed() {
    assertThat(line(TEXT, LogLevel.WARNING, "Disk is slow", null))
        .isEqualTo("[2026-02-12 10:15:30] WARNING Disk is slow\n");
  }

  @Test
  void text_requestId_isCutToTwelve() {
    assertThat(line(TEXT, LogLevel.ERROR, "Request failed", ID))
        .isEqualTo("[2026-02-12 10:15:30] ERROR Request failed [a1b2c3d4e5f6]\n");
  }

  @Test
  void text_receiverAddsTimeAndLevel_hasTheMessageAlone() {
    assertThat(line(BARE, LogLevel.ERROR, "Request failed", ID))
        .isEqualTo("Request failed [a1b2c3d4e5f6]\n");
  }

  @Test
  void text_thrown_followsOnIndentedLines() {
    Error cause = new Error("cause");
    cause.setStackTrace(CALLER);
    Exception thrown = new IllegalStateException("boom", cause);
    thrown.setStackTrace(CALLER);

    String text = text(TEXT.of(LogLevel.ERROR, "pounce", "Request failed", thrown, null));

    assertThat(text)
        .isEqualTo(
            """
            [2026-02-12 10:15:30] ERROR Request failed
                java.lang.IllegalStateException: boom
            \tat com.acme.Shop.order(Shop.java:42)
                Caused by: java.lang.Error: cause
            \t... 1 more
            """);
  }

  @Test
  void text_messageThatWouldForgeALine_isIndented() {
    String message = "a\n[2026-02-12 10:15:31] b\r\n\n[c] \"d\\\" \te\rf\u001b[2J\u0085\n\n";

    assertThat(line(TEXT, LogLevel.INFO, message, null))
        .isEqualTo(
            """
            [2026-02-12 10:15:30] a
                [2026-02-12 10:15:31] b

                [c] "d\\" \te\\x0df\\x1b[2J\\x85
            """);
  }

  @Test
  void json_message_isOneObjectInUtc() {
    assertThat(line(JSON, LogLevel.INFO, "Received SIGTERM — initiating shutdown", null))
        .isEqualTo(
            "{\"timestamp\":\"2026-02-12T01:15:30+00:00\",\"level\":\"INFO\",\"logger\":\"pounce\","
                + "\"message\":\"Received SIGTERM — initiating shutdown\"}\n");
  }

  @Test
  void json_everyMember_readsBack() {
    Exception thrown = new IllegalStateException("line\n\"two\"");

    String line = text(JSON.of(LogLevel.ERROR, "a.\"b\"", "tab\there\\ \0", thrown, ID));

    assertThat(line).endsWith("}\n").hasLineCount(1);
    assertThat(Json.parse(line.stripTrailing()))
        .containsEntry("level", "ERROR")
        .containsEntry("logger", "a.\"b\"")
        .containsEntry("message", "tab\there\\ \0")
        .containsEntry("request_id", ID)
        .hasEntrySatisfying(
            "exception",
            trace ->
                assertThat(trace)
                    .startsWith("java.lang.IllegalStateException: line\n\"two\"\n\tat dev.pounce"))
        .hasSize(6);
  }

  @Test
  void thrown_thatThrowsWhenAsked_isNamedByItsType() {
    class Unspeakable extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }

    String line = text(JSON.of(LogLevel.ERROR, "pounce", "Request failed", new Unspeakable(), ID));

    assertThat(Json.parse(line.stripTrailing()))
        .containsEntry("message", "Request failed")
        .containsEntry(
            "exception",
            Unspeakable.class.getName()
                + ": java.lang.IllegalStateException when asked what it is");
  }

  @Test
  void dropped_text_saysHowMany() {
    assertThat(text(TEXT.dropped(3)))
        .isEqualTo(
            "[2026-02-12 10:15:30] WARNING 3 log line(s) dropped: the log sink did not keep up\n");
  }

  @Test
  void dropped_json_carriesTheNumber() {
    assertThat(text(JSON.dropped(3)))
        .isEqualTo(
            "{\"timestamp\":\"2026-02-12T01:15:30+00:00\",\"level\":\"WARNING\","
                + "\"logger\":\"pounce.log\","
                + "\"message\":\"3 log line(s) dropped: the log sink did not keep up\","
                + "\"dropped\":3}\n");
  }

  private static String line(
      MessageLine lines, LogLevel level, String message, @Nullable String requestId) {
    return text(lines.of(level, "pounce", message, null, requestId));
  }

  private static String text(byte[] line) {
    return new String(line, UTF_8);
  }
}
