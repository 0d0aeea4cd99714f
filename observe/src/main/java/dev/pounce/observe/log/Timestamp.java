package dev.pounce.observe.log;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;

/**
 * Instants as log lines show them, to the second or the microsecond. Without a formatter, and with
 * the old time zones, not {@code ZoneId}: both would cost the server's start tens of milliseconds.
 */
final class Timestamp {
  /** The most bytes that {@link #micros} writes: a year may have ten digits. */
  static final int MOST = 33;

  private static final long DAY = Duration.ofDays(1).toSeconds();

  /** The day that was asked for last, nearly always today. */
  private static volatile Day lately = new Day(0);

  private static final class Day {
    final long epochDay;
    final byte[] text;

    Day(long epochDay) {
      this.epochDay = epochDay;
      this.text = Escape.ascii(LocalDate.ofEpochDay(epochDay) + "T");
    }
  }

  private Timestamp() {}

  /**
   * Writes {@code 2026-02-12T10:15:30.123456Z}, without garbage but once a day, and returns the
   * offset after it.
   */
  static int micros(Instant instant, byte[] target, int at) {
    long epochDay = Math.floorDiv(instant.getEpochSecond(), DAY);
    Day day = lately;
    if (day.epochDay != epochDay) {
      day = new Day(epochDay);
      lately = day;
    }
    int second = (int) (instant.getEpochSecond() - epochDay * DAY);
    int micros = instant.getNano() / 1000;
    int to = Line.put(day.text, target, at);
    to = Digits.pair(second / 3600, target, to);
    target[to++] = ':';
    to = Digits.pair(second / 60 % 60, target, to);
    target[to++] = ':';
    to = Digits.pair(second % 60, target, to);
    target[to++] = '.';
    to = Digits.pair(micros / 10_000, target, to);
    to = Digits.pair(micros / 100 % 100, target, to);
    to = Digits.pair(micros % 100, target, to);
    target[to++] = 'Z';
    return to;
  }

  /** For JSON: {@code 2026-02-09T12:00:00+00:00}. */
  static String utc(long epochSecond) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
    return text(time, 'T') + "+00:00";
  }

  /** For text: {@code 2026-02-09 12:00:00}, in the given zone. */
  static String local(long epochSecond, TimeZone zone) {
    long offset = zone.getOffset(epochSecond * 1000) / 1000;
    return text(LocalDateTime.ofEpochSecond(epochSecond + offset, 0, ZoneOffset.UTC), ' ');
  }

  private static String text(LocalDateTime time, char separator) {
    StringBuilder text = new StringBuilder(25).append(time.toLocalDate()).append(separator);
    pair(text, time.getHour()).append(':');
    pair(text, time.getMinute()).append(':');
    return pair(text, time.getSecond()).toString();
  }

  private static StringBuilder pair(StringBuilder text, int value) {
    return text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
