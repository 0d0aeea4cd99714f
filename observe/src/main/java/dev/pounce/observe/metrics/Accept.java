package dev.pounce.observe.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The media ranges that a client accepts (RFC 9110, section 12.5.1). Of the parameters only the
 * version and the weight count: charset and escaping tell of what our formats do not vary in. A
 * member that is malformed is left out.
 */
record Accept(List<Range> ranges) {

  /**
   * A media range.
   *
   * @param type in lower case, or {@code *}; so is the subtype
   * @param version the parameter of that name, or null if there is none
   * @param quality 0 to 1
   */
  record Range(String type, String subtype, @Nullable String version, double quality) {

    boolean matches(Format format) {
      return (type.equals("*") || type.equals(format.type))
          && (subtype.equals("*") || subtype.equals(format.subtype))
          && (version == null || version.equals(format.version));
    }

    /** How much the range says. */
    int precedence() {
      return (type.equals("*") ? 0 : 1) + (subtype.equals("*") ? 0 : 1) + (version == null ? 0 : 1);
    }
  }

  private static final Pattern WEIGHT = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");

  static Accept parse(String header) {
    List<Range> ranges = new ArrayList<>();
    for (String member : split(header, ',')) {
      Range range = range(split(member, ';'));
      if (range != null) {
        ranges.add(range);
      }
    }
    return new Accept(ranges);
  }

  /** The weight of the ranges that say most of those that match; 0 if none does. */
  double quality(Format format) {
    int precedence = -1;
    double quality = 0;
    for (Range range : ranges) {
      if (range.matches(format) && range.precedence() >= precedence) {
        boolean more = range.precedence() > precedence;
        quality = more ? range.quality() : Math.max(quality, range.quality());
        precedence = range.precedence();
      }
    }
    return quality;
  }

  private static @Nullable Range range(List<String> parts) {
    String[] names = parts.getFirst().strip().toLowerCase(Locale.ROOT).split("/", -1);
    if (names.length != 2) {
      return null;
    }
    String version = null;
    double quality = 1;
    for (String parameter : parts.subList(1, parts.size())) {
      int equals = parameter.indexOf('=');
      String name = parameter.substring(0, Math.max(0, equals)).strip();
      String value = parameter.substring(equals + 1).strip();
      if (name.equalsIgnoreCase("version")) {
        version = value.replace("\"", "");
      } else if (name.equalsIgnoreCase("q")) {
        if (!WEIGHT.matcher(value).matches()) {
          return null;
        }
        quality = Double.parseDouble(value);
      }
    }
    return new Range(names[0], names[1], version, quality);
  }

  /** Splits at a character where it is not within quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == separator) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
