package dev.pounce.bench.load;

import java.util.Locale;

/** A thing that is measured, and how a table shows it. */
enum Quantity {
  RATE("req/s", "%,.0f", true),
  CPU("CPU us/req", "%.2f", true),
  P50("p50 us", "%,.0f", false),
  P99("p99 us", "%,.0f", true),
  RESIDENT("RSS MiB", "%.0f", false),
  /** As long as a line of the log: if it is less, lines were dropped. */
  LOGGED("log B/req", "%.0f", false),
  ERRORS("errors", "%.0f", false),
  /**
   * CPU time that neither server nor load tool had: above a few percent, the run is worth little.
   */
  OTHERS("others' CPU %", "%.0f", false);

  private final String title;
  private final String format;
  private final boolean compared;

  Quantity(String title, String format, boolean compared) {
    this.title = title;
    this.format = format;
    this.compared = compared;
  }

  String title() {
    return title;
  }

  /** Whether it is also shown as a ratio to the yardstick's. */
  boolean compared() {
    return compared;
  }

  String show(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  static String showRatio(double ratio) {
    return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : "-";
  }
}
