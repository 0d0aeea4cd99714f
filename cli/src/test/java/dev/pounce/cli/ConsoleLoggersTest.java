package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.log.LogLevel;
import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.util.ListResourceBundle;
import java.util.ResourceBundle;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleLoggersTest {

  private static final Module OURS = ConsoleLoggersTest.class.getModule();
  private static final Module THE_JDKS = String.class.getModule();

  private static final ResourceBundle WORDS =
      new ListResourceBundle() {
        @Override
        protected Object[][] getContents() {
          return new Object[][] {{"sold-out", "ausverkauft: {0}"}};
        }
      };

  @Test
  void log_message_isALineOfTheLog() {
    assertThat(logged(LogLevel.INFO, OURS, log -> log.log(Level.INFO, "it's {0}")))
        .matches("\\[[-0-9]+ [:0-9]+] it's \\{0}\n");
  }

  @Test
  void log_parameters_areFilledIn() {
    assertThat(logged(LogLevel.INFO, OURS, log -> log.log(Level.INFO, "{1} of {0}", 5, "four")))
        .endsWith("] four of 5\n");
  }

  @Test
  void log_patternThatIsNone_isShownAsItIs() {
    assertThat(logged(LogLevel.INFO, OURS, log -> log.log(Level.INFO, "a {b c", 1)))
        .endsWith("] a {b c\n");
  }

  @Test
  void log_keyOfABundle_isTranslated() {
    assertThat(
            logged(
                LogLevel.INFO,
                OURS,
                log -> {
                  log.log(Level.INFO, WORDS, "sold-out", "Brot");
                  log.log(Level.INFO, WORDS, "unknown", (Throwable) null);
                }))
        .contains("] ausverkauft: Brot\n")
        .endsWith("] unknown\n");
  }

  @Test
  void log_throwable_hasItsStackTrace() {
    assertThat(
            logged(
                LogLevel.INFO,
                OURS,
                log -> log.log(Level.ERROR, "failed", new IllegalStateException("empty"))))
        .contains("failed\n", "java.lang.IllegalStateException: empty\n", "at dev.pounce.cli.");
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "TRACE, DEBUG, true",
    "DEBUG, DEBUG, true",
    "DEBUG, INFO, false",
    "INFO, INFO, true",
    "INFO, WARNING, false",
    "WARNING, WARNING, true",
    "WARNING, ERROR, false",
    "ERROR, ERROR, true",
    "OFF, DEBUG, false",
  })
  void isLoggable_level_isThatOfTheLog(Level level, LogLevel threshold, boolean shown) {
    String printed =
        logged(
            threshold,
            OURS,
            log -> {
              assertThat(log.isLoggable(level)).isEqualTo(shown);
              log.log(level, "message");
              log.log(level, "message {0}", 1);
            });

    assertThat(printed.lines()).hasSize(shown ? 2 : 0);
  }

  @Test
  void isLoggable_detailsOfTheJdk_areLeftOut() {
    assertThat(
            logged(
                LogLevel.DEBUG,
                THE_JDKS,
                log -> {
                  log.log(Level.DEBUG, "detail");
                  log.log(Level.INFO, "news");
                }))
        .endsWith("] news\n")
        .hasLineCount(1);
  }

  @Test
  void log_withoutALog_goesToStandardError() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      System.Logger log = new ConsoleLoggers().getLogger("shop", OURS);
      log.log(Level.DEBUG, "detail");
      log.log(Level.INFO, "news");
      log.log(Level.ERROR, "failed", new IllegalStateException("empty"));
    } finally {
      System.setErr(before);
    }

    assertThat(printed.toString(UTF_8))
        .startsWith("news\nfailed\njava.lang.IllegalStateException: empty\n\tat dev.pounce.cli.");
  }

  @Test
  void getLogger_ofTheJdk_isThisOne() {
    assertThat(System.getLogger("shop").getName()).isEqualTo("shop");
    assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(ConsoleLoggers.class);
  }

  private static String logged(
      LogLevel threshold, Module module, Consumer<System.Logger> application) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Console _ = Console.open(ServerConfig.builder().logLevel(threshold).build(), out)) {
      application.accept(new ConsoleLoggers().getLogger("shop", module));
    }
    return out.toString(UTF_8);
  }
}
