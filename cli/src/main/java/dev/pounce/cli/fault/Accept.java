package dev.pounce.cli.fault;

import java.util.Locale;

/** The {@code Accept} field of a request, as RFC 9110, section 12.5.1, has it. */
final class Accept {

  private Accept() {}

  /** How much a type is wanted, from 0 to 1: what the most exact range that covers it says. */
  static double quality(String accept, String type, String subtype) {
    double quality = 0;
    int exactness = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = range.split(";");
      int exact =
          switch (parts[0].strip()) {
            case String name when name.equals(type + "/" + subtype) -> 3;
            case String name when name.equals(type + "/*") -> 2;
            case "*/*" -> 1;
            default -> 0;
          };
      if (exact > exactness) {
        exactness = exact;
        quality = weight(parts);
      }
    }
    return quality;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
