package dev.pounce.cli;

import dev.pounce.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A configuration file: keys and values at the top level, no tables. Jackson is loaded here and
 * nowhere else, so that a start without a file does without it.
 */
final class Toml {

  private final Path file;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Toml(Path file) {
    this.file = file;
  }

  static Toml read(Path file) {
    Toml toml = new Toml(file);
    if (Files.isReadable(file) && Files.isRegularFile(file)) {
      toml.read();
    } else {
      toml.problems.add("config: " + file + " (expected: a TOML file that can be read)");
    }
    return toml;
  }

  private void read() {
    try {
      new TomlMapper().readTree(file.toFile()).properties().forEach(this::add);
    } catch (JacksonException e) {
      TokenStreamLocation where = e.getLocation();
      String line = where == null || where.getLineNr() < 1 ? "" : ":" + where.getLineNr();
      problems.add(file + line + ": " + e.getOriginalMessage());
    }
  }

  private void add(Map.Entry<String, JsonNode> entry) {
    add(entry.getKey(), entry.getKey(), entry.getValue());
  }

  private void add(String path, String key, JsonNode value) {
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> inner : value.properties()) {
        add(path + "." + inner.getKey(), inner.getKey(), inner.getValue());
      }
    } else if (!path.equals(key)) {
      problems.add(
          path
              + ": "
              + value
              + " (expected: a known key and no table; the nearest is "
              + Setting.nearest(key)
              + ")");
    } else if (value.isArray() && !key.equals(Setting.TRUSTED_HOSTS.key())) {
      problems.add(key + ": " + value + " (expected: one value, no list)");
    } else if (value.isArray() && !value.valueStream().allMatch(JsonNode::isString)) {
      problems.add(key + ": " + value + " (expected: a list of strings)");
    } else {
      values.put(key, text(value));
    }
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::stringValue).collect(Collectors.joining(","))
        : value.asString();
  }

  /** The values in text form, by key, known or not. */
  Map<String, String> values() {
    return values;
  }

  /** What can't be a setting at all, one line each. */
  List<String> problems() {
    return problems;
  }
}
