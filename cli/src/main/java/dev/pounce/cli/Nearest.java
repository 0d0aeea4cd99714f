package dev.pounce.cli;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The flag that somebody may have meant. Loaded for those who mistype only. */
final class Nearest {

  private Nearest() {}

  static String of(String name, List<Flag> known) {
    return Collections.min(known, Comparator.comparingInt(flag -> distance(name, flag.name())))
        .name();
  }

  /** How many letters have to be put in, taken out or changed. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swapped = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swapped, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
