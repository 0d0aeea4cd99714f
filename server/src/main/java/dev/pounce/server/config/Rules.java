package dev.pounce.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a configuration, so that all of it is reported at once. */
final class Rules {

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final ByteSize LARGEST_LINE = ByteSize.mib(1);
  private static final ByteSize LARGEST_MESSAGE = ByteSize.mib(1_024);

  private final List<String> problems = new ArrayList<>();

  void that(String key, @Nullable Object value, boolean holds, String rule) {
    if (!holds) {
      problems.add(problem(key, value, rule));
    }
  }

  static String problem(String key, @Nullable Object value, String rule) {
    return key + ": " + value + " (expected: " + rule + ")";
  }

  void range(String key, int value, int least, int most) {
    that(key, value, value >= least && value <= most, least + " to " + most);
  }

  void positive(String key, Duration value) {
    that(
        key,
        Setting.text(value),
        value.toMillis() > 0 && value.compareTo(LONGEST) <= 0,
        "1ms to 24h");
  }

  /** A time that may be none. */
  void pause(String key, Duration value) {
    that(
        key,
        Setting.text(value),
        !value.isNegative() && value.compareTo(LONGEST) <= 0,
        "0s to 24h");
  }

  /** A part of a message head, which is held in memory whole. */
  void line(String key, ByteSize value) {
    that(key, value, value.bytes() >= 64 && value.compareTo(LARGEST_LINE) <= 0, "64 to 1MiB");
  }

  /** A message, which is held in memory whole. */
  void message(String key, ByteSize value) {
    that(key, value, value.bytes() >= 1 && value.compareTo(LARGEST_MESSAGE) <= 0, "1 to 1GiB");
  }

  /** A path that is answered by the server itself, or none. */
  void path(String key, @Nullable String value) {
    that(
        key,
        value,
        value == null || value.startsWith("/") && target(value),
        "a path that starts with /");
  }

  static boolean visible(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static boolean target(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#');
  }

  /** Whether it names something on the web, below which there may be more. */
  static boolean web(URI uri) {
    return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null;
  }

  void done() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
