package dev.pounce.observe.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An exposition without what a writer is free in: the order of families, that of the samples of a
 * family but for buckets, and whether a number is written as {@code 1}, {@code 1.0} or {@code 1E0}.
 */
final class Normal {
  private static final Pattern NUMBER = Pattern.compile("(?<= )-?[0-9.]+(E-?[0-9]+)?(?= |$)");

  private Normal() {}

  /** The families, sorted; what says that they end counts as one. */
  static List<String> families(String exposition) {
    List<List<String>> families = new ArrayList<>();
    boolean head = false;
    for (String line : exposition.lines().toList()) {
      if (line.startsWith("#") && !head) {
        families.add(new ArrayList<>());
      }
      head = line.startsWith("#");
      families.getLast().add(head ? line : number(line));
    }
    return families.stream().map(Normal::family).sorted().toList();
  }

  private static String family(List<String> lines) {
    return Stream.concat(
            lines.stream().filter(line -> line.startsWith("#") || line.contains("_bucket{")),
            lines.stream()
                .filter(line -> !line.startsWith("#") && !line.contains("_bucket{"))
                .sorted())
        .collect(Collectors.joining("\n"));
  }

  private static String number(String line) {
    return NUMBER
        .matcher(line)
        .replaceAll(number -> Double.toString(Double.parseDouble(number.group())));
  }
}
