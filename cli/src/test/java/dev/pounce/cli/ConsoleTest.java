package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.Correlation;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConsoleTest {

  private static final RequestId ID =
      Objects.requireNonNull(RequestId.adopt("a1b2c3d4e5f67890abcdef1234567890"));

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void print_json_isAMessageOfItsStream() {
    try (Console _ = open(LogFormat.JSON, LogLevel.ERROR)) {
      System.out.println("sold \"out\"");
      System.err.println("früh");
    }

    assertThat(objects())
        .extracting(o -> text(o, "level") + "|" + text(o, "logger") + "|" + text(o, "message"))
        .containsExactly("INFO|stdout|sold \"out\"", "WARNING|stderr|früh");
  }

  @Test
  void print_text_isLeftAlone() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    try (Console _ = open(LogFormat.TEXT, LogLevel.INFO)) {
      assertThat(System.out).isSameAs(out);
      assertThat(System.err).isSameAs(err);
    }
  }

  @Test
  void close_leavesTheJvmAsItWas() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();

    open(LogFormat.JSON, LogLevel.INFO).close();

    assertThat(System.out).isSameAs(out);
    assertThat(System.err).isSameAs(err);
    assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(handler);
    assertThat(System.getProperty("java.util.logging.config.class")).isNull();
  }

  @Test
  void end_lineThatWasNotEnded_isWritten() {
    try (Console console = open(LogFormat.JSON, LogLevel.INFO)) {
      System.out.print("and so to");
      console.end();

      assertThat(objects()).singleElement().returns("and so to", o -> text(o, "message"));
    }
  }

  @Test
  void say_afterTheEnd_isWrittenAtOnce() {
    try (Console console = open(LogFormat.JSON, LogLevel.INFO)) {
      console.end();

      System.out.println("bye");
      assertThat(objects()).singleElement().returns("bye", o -> text(o, "message"));

      System.getLogger("shop").log(System.Logger.Level.INFO, "closed");
      assertThat(objects()).last().returns("closed", o -> text(o, "message"));
    }
  }

  @Test
  void uncaught_json_isOneObjectWithTheStackTrace() throws InterruptedException {
    try (Console _ = open(LogFormat.JSON, LogLevel.INFO)) {
      Thread thread =
          Thread.ofPlatform()
              .name("stocktaking")
              .start(() -> {
                throw new IllegalStateException("lost count");
              });
      thread.join();
    }

    assertThat(objects())
        .singleElement()
        .returns("ERROR", o -> text(o, "level"))
        .returns("Exception in thread \"stocktaking\"", o -> text(o, "message"))
        .extracting(o -> text(o, "exception"))
        .asString()
        .startsWith("java.lang.IllegalStateException: lost count\n\tat dev.pounce.cli.");
  }

  @Test
  void requestId_json_isAFieldAndNotInTheMessage() {
    try (Console _ = open(LogFormat.JSON, LogLevel.INFO)) {
      logFailure();
    }

    assertThat(objects())
        .singleElement()
        .returns("Request failed: GET /x", o -> text(o, "message"))
        .returns(ID.toString(), o -> text(o, "request_id"));
  }

  @Test
  void requestId_text_isShownOnce() {
    try (Console _ = open(LogFormat.TEXT, LogLevel.INFO)) {
      logFailure();
    }

    assertThat(written.toString(UTF_8)).endsWith("] ERROR Request failed: GET /x [a1b2c3d4e5f6]\n");
  }

  private static void logFailure() {
    System.Logger logger = System.getLogger("pounce");
    Correlation.with(
        ID,
        () ->
            logger.log(System.Logger.Level.ERROR, "Request failed: GET /x" + Correlation.mark(ID)));
  }

  @ParameterizedTest
  @CsvSource({
    "SEVERE, ERROR",
    "WARNING, WARNING",
    "INFO, INFO",
    "CONFIG, DEBUG",
    "FINEST, DEBUG",
  })
  void javaLogging_level_isTheNearest(String level, String shown) {
    try (Console _ = open(LogFormat.JSON, LogLevel.DEBUG)) {
      new JavaLogging.Bridge().publish(new LogRecord(Level.parse(level), "news"));
    }

    assertThat(objects()).singleElement().returns(shown, o -> text(o, "level"));
  }

  @Test
  void javaLogging_record_isWrittenWithAllThatItHas() {
    LogRecord record = new LogRecord(Level.WARNING, "{0} of {1} left");
    record.setLoggerName("com.acme.Stock");
    record.setParameters(new Object[] {2, "five"});
    record.setThrown(new IllegalStateException("empty"));
    try (Console _ = open(LogFormat.JSON, LogLevel.INFO)) {
      new JavaLogging.Bridge().publish(record);
    }

    assertThat(objects())
        .singleElement()
        .returns("com.acme.Stock", o -> text(o, "logger"))
        .returns("2 of five left", o -> text(o, "message"))
        .extracting(o -> text(o, "exception"))
        .asString()
        .startsWith("java.lang.IllegalStateException: empty\n");
  }

  @Test
  void javaLogging_belowTheLevel_isLeftOut() {
    try (Console _ = open(LogFormat.JSON, LogLevel.WARNING)) {
      new JavaLogging.Bridge().publish(new LogRecord(Level.INFO, "news"));
      new JavaLogging.Bridge().publish(new LogRecord(Level.SEVERE, "failed"));
    }

    assertThat(objects()).singleElement().returns("failed", o -> text(o, "message"));
  }

  @Test
  void javaLogging_configuredBySomebodyElse_isLeftToThem() {
    System.setProperty("java.util.logging.config.file", "theirs");
    try (Console _ = open(LogFormat.TEXT, LogLevel.INFO)) {
      assertThat(System.getProperty("java.util.logging.config.class")).isNull();
    } finally {
      System.clearProperty("java.util.logging.config.file");
    }
  }

  private Console open(LogFormat format, LogLevel level) {
    return Console.open(ServerConfig.builder().logFormat(format).logLevel(level).build(), written);
  }

  /** What was written, of which every line has to be an object. */
  private List<JsonNode> objects() {
    return written.toString(UTF_8).lines().map(new JsonMapper()::readTree).toList();
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asString("");
  }
}
