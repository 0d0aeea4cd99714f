package dev.pounce.cli;

import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogWriter;
import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the process logs through {@link System.Logger}, the server's lines and the
 * application's, to the log that the command writes. Found by the JDK, from any thread, perhaps
 * before there is a log or after it: what it is told then goes to standard error.
 */
public final class ConsoleLoggers extends System.LoggerFinder {

  private record Log(LogWriter writer, LogLevel level) {}

  private static volatile @Nullable Log log;

  /** For the JDK's service loader. */
  public ConsoleLoggers() {}

  /** Sends lines of the level and above to the writer, until what is returned is closed. */
  static Attachment attach(LogWriter writer, LogLevel level) {
    log = new Log(writer, level);
    return () -> log = null;
  }

  /** Lasts as long as lines go to a writer. */
  interface Attachment extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    String owner = module.getName();
    boolean jdk = owner != null && (owner.startsWith("java.") || owner.startsWith("jdk."));
    return new ConsoleLogger(name, jdk ? LogLevel.INFO : LogLevel.DEBUG);
  }

  /** The JDK says a lot of itself at {@code DEBUG} that nobody asked for. */
  private record ConsoleLogger(String name, LogLevel least) implements System.Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      Log now = log;
      LogLevel wanted = now == null ? LogLevel.INFO : now.level();
      return level != Level.OFF
          && LogLevel.of(level).reaches(wanted)
          && LogLevel.of(level).reaches(least);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        write(level, localized(bundle, message), thrown);
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... params) {
      if (isLoggable(level)) {
        String text = localized(bundle, format);
        write(level, params == null || params.length == 0 ? text : filled(text, params), null);
      }
    }

    private static String filled(String format, @Nullable Object[] params) {
      try {
        return MessageFormat.format(format, params);
      } catch (IllegalArgumentException e) {
        return format;
      }
    }

    private static String localized(@Nullable ResourceBundle bundle, @Nullable String text) {
      String key = String.valueOf(text);
      try {
        return bundle == null ? key : bundle.getString(key);
      } catch (MissingResourceException | ClassCastException e) {
        return key;
      }
    }

    private void write(Level level, String message, @Nullable Throwable thrown) {
      Log now = log;
      if (now != null) {
        now.writer().message(LogLevel.of(level), name, message, thrown);
      } else {
        System.err.println(message);
        if (thrown != null) {
          thrown.printStackTrace();
        }
      }
    }
  }
}
