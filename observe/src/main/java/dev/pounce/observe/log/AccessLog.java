package dev.pounce.observe.log;

import dev.pounce.observe.RequestId;
import dev.pounce.observe.Trace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The access log: one line for each request, at {@link LogLevel#INFO}, or {@link LogLevel#WARNING}
 * from status 500 upwards.
 *
 * <p>It is on every request's path, so a line costs a few copies and no garbage. Nearly all text
 * that clients send needs no escape; what does is rare enough to make a new string. All of a JSON
 * line up to the method is the same for a second, and kept in one immutable object; when its time
 * is over is told from the time at which the request ended, so no line costs a look at the clock.
 * Two threads that find it old both make the new one, and it is equal.
 */
public final class AccessLog {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Room for all of a line but method, path, version and client. */
  private static final int FIXED_ROOM = 384 + RequestId.LONGEST;

  private static final byte[] PATH = Escape.ascii("\",\"path\":\"");
  private static final byte[] VERSION = Escape.ascii("\",\"http_version\":\"");
  private static final int STATUSES = 600;
  private static final byte[] DURATION = Escape.ascii(",\"duration_ms\":");
  private static final byte[] CLIENT = Escape.ascii(",\"client\":\"");
  private static final byte[] REQUEST_ID = Escape.ascii("\",\"request_id\":\"");
  private static final byte[] TRACE_ID = Escape.ascii("\",\"trace_id\":\"");
  private static final byte[] SPAN_ID = Escape.ascii("\",\"span_id\":\"");
  private static final byte[] END = Escape.ascii("\"}\n");

  private static final byte[] TEXT_METHOD = Escape.ascii(" - \"");
  private static final byte[] TEXT_VERSION = Escape.ascii(" HTTP/");
  private static final byte[] TEXT_STATUS = Escape.ascii("\" ");
  private static final byte[] TEXT_REQUEST_ID = Escape.ascii("ms [");
  private static final byte[] TEXT_END = Escape.ascii("]\n");

  /** What begins the JSON lines of one second. */
  private static final class Opening {
    final long untilNanos;
    final byte[] info;
    final byte[] warning;

    /**
     * What begins the lines from an instant, which {@code nanos} stands for, to the next second.
     */
    Opening(Instant instant, long nanos) {
      long second = instant.getEpochSecond();
      this.untilNanos = nanos + SECOND.toNanos() - instant.getNano();
      this.info = line(second, LogLevel.INFO);
      this.warning = line(second, LogLevel.WARNING);
    }

    private static byte[] line(long second, LogLevel level) {
      return Escape.ascii(
          "{\"timestamp\":\""
              + Timestamp.utc(second)
              + "\",\"level\":\""
              + level
              + "\",\"logger\":\"pounce.access\",\"method\":\"");
    }
  }

  private final LogWriter writer;
  private final LogFormat format;
  private final LogLevel threshold;
  private final InstantSource clock;
  private volatile Opening opening;

  private final AtomicReferenceArray<byte @Nullable []> statuses =
      new AtomicReferenceArray<>(STATUSES);

  /**
   * Makes an access log.
   *
   * @param writer takes the lines
   * @param format their layout
   * @param threshold the least level that is written
   */
  public AccessLog(LogWriter writer, LogFormat format, LogLevel threshold) {
    this(writer, format, threshold, InstantSource.system());
  }

  AccessLog(LogWriter writer, LogFormat format, LogLevel threshold, InstantSource clock) {
    this.writer = writer;
    this.format = format;
    this.threshold = threshold;
    this.clock = clock;
    this.opening = new Opening(clock.instant(), System.nanoTime());
  }

  /**
   * Whether a request that ended with this status is logged. Any thread.
   *
   * @param status the status sent
   * @return true if {@link #record} would write a line
   */
  public boolean enabled(int status) {
    return level(status).reaches(threshold);
  }

  /**
   * Writes the line of one request, if its level is {@linkplain #enabled enabled}. Never waits. Any
   * thread.
   *
   * @param entry what happened; used only during the call
   * @param scratch any buffer, of any size, that no other thread uses during the call; what it held
   *     is lost
   * @return the buffer to give next time: {@code scratch}, or a larger one if it was too small
   */
  public byte[] record(AccessEntry entry, byte[] scratch) {
    LogLevel level = level(entry.status());
    if (!level.reaches(threshold)) {
      return scratch;
    }
    return switch (format) {
      case TEXT -> text(level, entry, scratch);
      case JSON -> json(level, entry, scratch);
    };
  }

  private byte[] json(LogLevel level, AccessEntry entry, byte[] scratch) {
    String method = Escape.JSON.harmless(entry.method());
    String path = Escape.JSON.harmless(entry.path());
    String version = Escape.JSON.harmless(entry.httpVersion());
    String client = Escape.JSON.harmless(entry.client());
    byte[] line =
        room(scratch, method.length() + path.length() + version.length() + client.length());
    int at = Line.put(opening(level, entry.endNanos()), line, 0);
    at = Line.put(method, line, at);
    at = Line.put(PATH, line, at);
    at = Line.put(path, line, at);
    at = Line.put(VERSION, line, at);
    at = Line.put(version, line, at);
    at = Line.put(status(entry.status()), line, at);
    at = Digits.decimal(Math.max(0, entry.bytesSent()), line, at);
    at = Line.put(DURATION, line, at);
    at = Digits.thousandths(entry.durationNanos(), line, at);
    at = Line.put(CLIENT, line, at);
    at = Line.put(client, line, at);
    at = Line.put(REQUEST_ID, line, at);
    at = requestId(RequestId.LONGEST, entry, line, at);
    at = trace(entry.trace(), line, at);
    at = Line.put(END, line, at);
    writer.offer(level, LogName.ACCESS, line, 0, at);
    return line;
  }

  /** From the version's end to the bytes sent: nearly always the same few, made once. */
  private byte[] status(int status) {
    boolean usual = status > 0 && status < STATUSES;
    byte[] known = usual ? statuses.getAcquire(status) : null;
    if (known == null) {
      known = Escape.ascii("\",\"status\":" + Math.max(0, status) + ",\"bytes_sent\":");
      if (usual) {
        statuses.setRelease(status, known);
      }
    }
    return known;
  }

  private byte[] text(LogLevel level, AccessEntry entry, byte[] scratch) {
    String method = Escape.QUOTED.harmless(entry.method());
    String path = Escape.QUOTED.harmless(entry.path());
    String version = Escape.QUOTED.harmless(entry.httpVersion());
    String client = Escape.QUOTED.harmless(entry.client());
    byte[] line =
        room(scratch, method.length() + path.length() + version.length() + client.length());
    int at = Line.put(client, line, 0);
    at = Line.put(TEXT_METHOD, line, at);
    at = Line.put(method, line, at);
    line[at++] = ' ';
    at = Line.put(path, line, at);
    at = Line.put(TEXT_VERSION, line, at);
    at = Line.put(version, line, at);
    at = Line.put(TEXT_STATUS, line, at);
    at = Digits.decimal(Math.max(0, entry.status()), line, at);
    line[at++] = ' ';
    at = Digits.decimal(Math.max(0, entry.bytesSent()), line, at);
    line[at++] = ' ';
    at = Digits.tenths(entry.durationNanos(), line, at);
    at = Line.put(TEXT_REQUEST_ID, line, at);
    at = requestId(MessageLine.SHORT_ID, entry, line, at);
    at = Line.put(TEXT_END, line, at);
    writer.offer(level, LogName.ACCESS, line, 0, at);
    return line;
  }

  private static LogLevel level(int status) {
    return status >= 500 ? LogLevel.WARNING : LogLevel.INFO;
  }

  private byte[] opening(LogLevel level, long nanos) {
    Opening now = opening;
    if (nanos - now.untilNanos >= 0) {
      now = new Opening(clock.instant(), nanos);
      opening = now;
    }
    return level == LogLevel.INFO ? now.info : now.warning;
  }

  private static byte[] room(byte[] scratch, int text) {
    int room = FIXED_ROOM + text;
    return scratch.length >= room ? scratch : new byte[Integer.highestOneBit(room) << 1];
  }

  private static int trace(@Nullable Trace trace, byte[] line, int at) {
    if (trace == null) {
      return at;
    }
    int to = Line.put(trace.traceId(), line, Line.put(TRACE_ID, line, at));
    return Line.put(trace.spanId(), line, Line.put(SPAN_ID, line, to));
  }

  /** Writes the request ID, at most {@code shown} characters of it. */
  private static int requestId(int shown, AccessEntry entry, byte[] line, int at) {
    return Math.min(at + shown, entry.requestId().write(line, at));
  }
}
