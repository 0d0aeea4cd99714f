package dev.pounce.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A Markdown table, its columns aligned so that it also reads well in a terminal. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> titles) {
    rows.add(titles);
  }

  void add(List<String> cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    int[] widths = widths();
    for (int row = 0; row < rows.size(); row++) {
      append(text, rows.get(row), widths);
      if (row == 0) {
        append(text, ruler(widths), widths);
      }
    }
    return text.toString();
  }

  private int[] widths() {
    return IntStream.range(0, rows.getFirst().size())
        .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
        .toArray();
  }

  private static List<String> ruler(int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(column -> "-".repeat(widths[column] - 1) + (column == 0 ? "-" : ":"))
        .toList();
  }

  private static void append(StringBuilder text, List<String> row, int[] widths) {
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String space = " ".repeat(widths[column] - cell.length());
      text.append("| ").append(column == 0 ? cell + space : space + cell).append(' ');
    }
    text.append("|\n");
  }

  /** The middle value, or the mean of the two in the middle; NaN of nothing. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
