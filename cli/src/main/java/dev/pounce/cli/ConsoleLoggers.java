package dev.pounce.cli;

import dev.pounce.observe.log.LogLevel;
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

  private static volatile @Nullable Console console;

  /** For the JDK's service loader. */
  public ConsoleLoggers() {}

  /** Sends lines of the console's level and above to it, until it is detached. */
  static void attach(Console console) {
    ConsoleLoggers.console = console;
  }

  static void detach() {
    console = null;
  }

  /** The least level that is shown. */
  static LogLevel level() {
    Console now = console;
    return now == null ? LogLevel.INFO : now.level();
  }

  /** Writes a message, whatever its level. */
  static void say(LogLevel level, String logger, String message, @Nullable Throwable thrown) {
    Console now = console;
    if (now != null) {
      now.say(level, logger, message, thrown);
    } else {
      System.err.println(message);
      if (thrown != null) {
        thrown.printStackTrace();
      }
    }
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
      return level != Level.OFF
          && LogLevel.of(level).reaches(level())
          && LogLevel.of(level).reaches(least);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        say(LogLevel.of(level), name, localized(bundle, message), thrown);
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
        String shown = params == null || params.length == 0 ? text : filled(text, params);
        say(LogLevel.of(level), name, shown, null);
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
  }
}
