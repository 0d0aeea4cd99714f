package dev.pounce.cli;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.util.ArrayList;
import java.util.List;

/** What {@code pounce check} prints: the target, and each setting that is not at its default. */
final class Report {

  private Report() {}

  static String of(String target, Configuration configuration) {
    ServerConfig defaults = ServerConfig.defaults();
    List<String[]> rows = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      String value = setting.value(configuration.server());
      if (!value.equals(setting.value(defaults))) {
        rows.add(
            new String[] {setting.key(), value, configuration.origins().getOrDefault(setting, "")});
      }
    }
    StringBuilder text = new StringBuilder("ok: ").append(target).append('\n');
    if (rows.isEmpty()) {
      return text.append("All settings are at their defaults.\n").toString();
    }
    int keys = width(rows, 0);
    int values = width(rows, 1);
    for (String[] row : rows) {
      text.append("  ").append(padded(row[0], keys)).append("  ");
      text.append(padded(row[1], values)).append("  ").append(row[2]).append('\n');
    }
    return text.append("All other settings are at their defaults.\n").toString();
  }

  private static int width(List<String[]> rows, int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
