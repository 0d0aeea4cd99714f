package dev.pounce.observe.metrics;

import org.jspecify.annotations.Nullable;

/** How metrics are written. */
public enum Format {
  /** Prometheus's text format, version 0.0.4. */
  TEXT("text", "plain", "0.0.4"),
  /** OpenMetrics, version 1.0.0: as {@link #TEXT}, with units and exemplars. */
  OPENMETRICS("application", "openmetrics-text", "1.0.0");

  final String type;
  final String subtype;
  final String version;

  Format(String type, String subtype, String version) {
    this.type = type;
    this.subtype = subtype;
    this.version = version;
  }

  /**
   * The content type of metrics in this format.
   *
   * @return the value of a {@code Content-Type} header
   */
  public String contentType() {
    return type + "/" + subtype + "; version=" + version + "; charset=utf-8";
  }

  /**
   * The format that a client prefers, by the rules of RFC 9110, section 12.5.1.
   *
   * @param accept the value of its {@code Accept} header, those of several joined by commas; null
   *     if it sent none
   * @return {@link #OPENMETRICS} if it has a higher quality than {@link #TEXT}, else {@link #TEXT}
   */
  public static Format negotiate(@Nullable String accept) {
    if (accept == null) {
      return TEXT;
    }
    Accept accepted = Accept.parse(accept);
    return accepted.quality(OPENMETRICS) > accepted.quality(TEXT) ? OPENMETRICS : TEXT;
  }
}
