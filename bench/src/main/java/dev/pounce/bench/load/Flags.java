package dev.pounce.bench.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A command line of {@code --name value} pairs; after {@code --} comes a command to run. */
record Flags(Map<String, String> values, List<String> command) {

  /**
   * Reads a command line, starting from the defaults; only their names are known. Prints the usage
   * and ends the process where asked to, or where a flag is unknown or lacks its value.
   */
  static Flags parse(String usage, Map<String, String> defaults, String... args) {
    var values = new HashMap<>(defaults);
    for (int i = 0; i < args.length; i += 2) {
      if (args[i].equals("--")) {
        return new Flags(values, List.of(args).subList(i + 1, args.length));
      }
      String name = args[i].replaceFirst("^--", "");
      if (name.equals("help")) {
        System.out.println(usage);
        System.exit(0);
      }
      if (!defaults.containsKey(name) || i + 1 == args.length) {
        fail(args[i] + " (expected: one of " + defaults.keySet() + ", each with a value)");
      }
      values.put(name, args[i + 1]);
    }
    return new Flags(values, List.of());
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " has no default");
    }
    return value;
  }

  int number(String name) {
    if (!text(name).matches("\\d{1,9}")) {
      fail("--" + name + ": " + text(name) + " (expected: a number)");
    }
    return Integer.parseInt(text(name));
  }

  /** The values that a comma-separated list names. */
  <T> List<T> choices(String name, List<T> all, Function<T, String> label) {
    var byLabel = new LinkedHashMap<String, T>();
    all.forEach(value -> byLabel.put(label.apply(value), value));
    var chosen = new ArrayList<T>();
    for (String word : text(name).split(",")) {
      T value = byLabel.get(word);
      if (value == null) {
        fail("--" + name + ": " + word + " (expected: of " + byLabel.keySet() + ")");
      } else {
        chosen.add(value);
      }
    }
    return chosen;
  }

  List<Contender> servers() {
    return choices("servers", List.of(Contender.values()), Contender::label);
  }

  /** Says what is wrong and ends the process. */
  static void fail(String message) {
    System.err.println("bench: " + message);
    System.exit(2);
  }
}
