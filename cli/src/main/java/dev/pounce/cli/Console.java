package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.observe.Correlation;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogName;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one place through which the process speaks: its log, and what goes there besides the server's
 * own lines. What is logged with {@link System.Logger} or {@code java.util.logging} always does.
 * Where every line has to be a JSON object, so does what is printed, line by line, and what threads
 * throw and nobody catches.
 *
 * <p>A program speaks until its last moment, in shutdown hooks and on threads that run on. So the
 * command ends a console, which writes all there is; what comes later is written at once, by
 * whoever says it, in the same form. Only who wants the JVM back as it was closes it.
 */
final class Console implements AutoCloseable {

  private final LogFormat format;
  private final LogLevel level;
  private final OutputStream stream;
  private final LogWriter log;
  private final ReentrantLock lateness = new ReentrantLock();
  private final PrintStream outBefore = System.out;
  private final PrintStream errBefore = System.err;
  private final @Nullable UncaughtExceptionHandler handlerBefore =
      Thread.getDefaultUncaughtExceptionHandler();
  private final Lines out = new Lines(line -> say(LogLevel.INFO, "stdout", line, null));
  private final Lines err = new Lines(line -> say(LogLevel.WARNING, "stderr", line, null));
  private volatile boolean ended;

  private Console(LogFormat format, LogLevel level, OutputStream stream) {
    this.format = format;
    this.level = level;
    this.stream = stream;
    this.log = LogWriter.to(stream, format);
  }

  /** A console whose lines go to a stream, from now on. */
  static Console open(ServerConfig config, OutputStream stream) {
    Console console = new Console(config.logFormat(), config.logLevel(), stream);
    ConsoleLoggers.attach(console);
    JavaLogging.expect();
    if (console.speaksJson()) {
      System.setOut(new PrintStream(console.out, true, UTF_8));
      System.setErr(new PrintStream(console.err, true, UTF_8));
      Thread.setDefaultUncaughtExceptionHandler(console::uncaught);
    }
    return console;
  }

  LogWriter log() {
    return log;
  }

  /** The least level that is shown of what is logged. */
  LogLevel level() {
    return level;
  }

  boolean speaksJson() {
    return format == LogFormat.JSON;
  }

  /** Writes a message, whatever its level. */
  void say(LogLevel level, String logger, String message, @Nullable Throwable thrown) {
    RequestId id = Correlation.current();
    String text = id == null ? message : Correlation.bare(message, id);
    if (!say(log, level, logger, text, thrown, id) && ended) {
      lateness.lock();
      try (LogWriter late = LogWriter.to(stream, format)) {
        say(late, level, logger, text, thrown, id);
      } finally {
        lateness.unlock();
      }
    }
  }

  private static boolean say(
      LogWriter log,
      LogLevel level,
      String logger,
      String message,
      @Nullable Throwable thrown,
      @Nullable RequestId id) {
    return log.message(level, logger, message, thrown, id == null ? null : id.toString());
  }

  private void uncaught(Thread thread, Throwable thrown) {
    say(
        LogLevel.ERROR,
        LogName.SERVER.logger(),
        "Exception in thread \"" + thread.getName() + "\"",
        thrown);
  }

  /** Waits until all that was said is written. */
  void end() {
    out.endLine();
    err.endLine();
    ended = true;
    log.close();
  }

  @Override
  public void close() {
    end();
    ConsoleLoggers.detach();
    JavaLogging.forget();
    if (speaksJson()) {
      System.setOut(outBefore);
      System.setErr(errBefore);
      Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
    }
  }
}
