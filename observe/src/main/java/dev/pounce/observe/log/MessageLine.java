package dev.pounce.observe.log;

import java.time.InstantSource;
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
    String trace = thrown == null ? null : Thrown.trace(thrown);
    return switch (format) {
      case TEXT -> text(level, message.stripTrailing(), trace, requestId);
      case JSON -> {
        Line line = json(level, logger, message);
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
    Line line = new Line(256);
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

  private Line json(LogLevel level, String logger, String message) {
    return new Line(256)
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
}
