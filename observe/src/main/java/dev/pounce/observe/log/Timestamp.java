package dev.pounce.observe.log;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;

/**
 * Instants as log lines show them, to the second. Without a formatter, and with the old time zones,
 * not {@code ZoneId}: both would cost the server's start tens of milliseconds.
 */
final class Timestamp {
  private Timestamp() {}

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
