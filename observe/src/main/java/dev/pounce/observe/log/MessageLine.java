package dev.pounce.observe.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.TimeZone;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes log lines of messages. Not for the request path: it allocates.
 *
 * @param format text or JSON
 * @param clock tells when a message came
 * @param zone the zone of times in text, asked at each; null for text without a time or level,
 *     where the receiver adds its own
 */
record MessageLine(LogFormat format, InstantSource clock, @Nullable Supplier<TimeZone> zone) {
  /** The characters of a request ID that text shows. */
  static final int SHORT_ID = 12;

  /** A line with all that belongs to a message. */
  byte[] of(
      LogLevel level,
      String logger,
      String message,
      @Nullable Throwable thrown,
      @Nullable String requestId) {
    String trace = thrown == null ? null : trace(thrown);
    return switch (format) {
      case TEXT -> text(level, message.stripTrailing(), trace, requestId);
      case JSON -> {
        Bytes line = json(level, logger, message);
        if (requestId != null) {
          line.raw(",\"request_id\":\"").escaped(Escape.JSON, requestId).raw("\"");
        }
        if (trace != null) {
          line.raw(",\"exception\":\"").escaped(Escape.JSON, trace).raw("\"");
        }
        yield line.raw("}\n").toArray();
      }
    };
  }

  /** The line that says how many were dropped. */
  byte[] dropped(long lines) {
    String message = lines + " log line(s) dropped: the log sink did not keep up";
    return switch (format) {
      case TEXT -> text(LogLevel.WARNING, message, null, null);
      case JSON ->
          json(LogLevel.WARNING, LogName.LOG.logger(), message)
              .raw(",\"dropped\":" + lines + "}\n")
              .toArray();
    };
  }

  private byte[] text(
      LogLevel level, String message, @Nullable String trace, @Nullable String requestId) {
    Bytes line = new Bytes();
    if (zone != null) {
      line.raw("[" + Timestamp.local(second(), zone.get()) + "] ");
      line.raw(level == LogLevel.INFO ? "" : level + " ");
    }
    line.escaped(Escape.LINE, message);
    if (requestId != null) {
      String shown = requestId.substring(0, Math.min(SHORT_ID, requestId.length()));
      line.raw(" [").escaped(Escape.QUOTED, shown).raw("]");
    }
    if (trace != null) {
      line.escaped(Escape.LINE, "\n" + trace);
    }
    return line.raw("\n").toArray();
  }

  private Bytes json(LogLevel level, String logger, String message) {
    return new Bytes()
        .raw("{\"timestamp\":\"" + Timestamp.utc(second()) + "\",\"level\":\"" + level)
        .raw("\",\"logger\":\"")
        .escaped(Escape.JSON, logger)
        .raw("\",\"message\":\"")
        .escaped(Escape.JSON, message)
        .raw("\"");
  }

  private long second() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString().stripTrailing();
  }

  /** A line that grows. */
  private static final class Bytes {
    private byte[] bytes = new byte[256];
    private int length;

    Bytes raw(String ascii) {
      room(ascii.length());
      for (int i = 0; i < ascii.length(); i++) {
        bytes[length++] = (byte) ascii.charAt(i);
      }
      return this;
    }

    Bytes escaped(Escape escape, String text) {
      room(text.length() * Escape.MOST);
      length = escape.put(text, bytes, length);
      return this;
    }

    byte[] toArray() {
      return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
      if (bytes.length - length < more) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
      }
    }
  }
}
