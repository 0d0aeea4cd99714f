package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.observe.log.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Sends what libraries log with {@code java.util.logging} to the log that the command writes.
 *
 * <p>That package is slow to get ready, and most programs never touch it. So nothing is done but
 * name this class in a system property; {@link LogManager} makes an instance if it is ever needed.
 */
public final class JavaLogging {

  private static final String BY_CLASS = "java.util.logging.config.class";
  private static final String BY_FILE = "java.util.logging.config.file";

  /**
   * Configures {@code java.util.logging}. Called by the JDK.
   *
   * @throws IOException never, as nothing is read from anywhere
   */
  public JavaLogging() throws IOException {
    Level level =
        switch (ConsoleLoggers.level()) {
          case DEBUG -> Level.ALL;
          case INFO -> Level.INFO;
          case WARNING -> Level.WARNING;
          case ERROR -> Level.SEVERE;
        };
    String settings = "handlers=" + Bridge.class.getName() + "\n.level=" + level.getName();
    LogManager.getLogManager()
        .readConfiguration(new ByteArrayInputStream(settings.getBytes(ISO_8859_1)));
  }

  /** Has this class configure the package when it is used, unless somebody else does. */
  static void expect() {
    if (System.getProperty(BY_CLASS) == null && System.getProperty(BY_FILE) == null) {
      System.setProperty(BY_CLASS, JavaLogging.class.getName());
    }
  }

  static void forget() {
    if (JavaLogging.class.getName().equals(System.getProperty(BY_CLASS))) {
      System.clearProperty(BY_CLASS);
    }
  }

  /** Where all loggers of the package send their records. */
  public static final class Bridge extends Handler {

    private final Formatter words = new SimpleFormatter();

    /** For the JDK. */
    public Bridge() {}

    @Override
    public void publish(LogRecord record) {
      LogLevel level = level(record.getLevel());
      if (isLoggable(record) && level.reaches(ConsoleLoggers.level())) {
        ConsoleLoggers.say(
            level,
            Objects.requireNonNullElse(record.getLoggerName(), ""),
            String.valueOf(words.formatMessage(record)),
            record.getThrown());
      }
    }

    private static LogLevel level(Level level) {
      int value = level.intValue();
      return value >= Level.SEVERE.intValue()
          ? LogLevel.ERROR
          : value >= Level.WARNING.intValue()
              ? LogLevel.WARNING
              : value >= Level.INFO.intValue() ? LogLevel.INFO : LogLevel.DEBUG;
    }

    @Override
    public void flush() {
      // nothing is held back
    }

    @Override
    public void close() {
      // the log is the command's
    }
  }
}
