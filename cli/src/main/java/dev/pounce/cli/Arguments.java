package dev.pounce.cli;

import dev.pounce.server.config.Setting;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param action what is to be done
 * @param target what is to be served; empty for help and version
 * @param config the configuration file that was named, or null
 * @param classPath where classes are; often empty
 * @param settings the settings that were given, as text
 */
record Arguments(
    Action action,
    String target,
    @Nullable String config,
    String classPath,
    Map<Setting, String> settings) {

  /** What the command does. */
  enum Action {
    SERVE,
    CHECK,
    HELP,
    VERSION
  }

  private static final String CHECK = "check";

  /**
   * Reads the command line.
   *
   * @throws UsageException if it has an unknown flag, a flag without its value, or not one target;
   *     it names every fault
   */
  static Arguments parse(String... args) throws UsageException {
    return new Parser(args).parse();
  }

  /** Goes through the words once. */
  private static final class Parser {

    private final String[] args;
    private final List<Flag> known = Flag.all();
    private final Map<Flag, String> given = new IdentityHashMap<>();
    private final List<String> rest = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int next;

    Parser(String[] args) {
      this.args = args;
    }

    Arguments parse() throws UsageException {
      while (next < args.length) {
        String word = args[next++];
        if (word.equals("--")) {
          rest.addAll(List.of(args).subList(next, args.length));
          break;
        }
        if (word.startsWith("-") && word.length() > 1) {
          flag(word);
        } else {
          rest.add(word);
        }
      }
      Action action = action();
      String target = action == Action.SERVE || action == Action.CHECK ? target() : "";
      if (!faults.isEmpty()) {
        throw new UsageException(faults);
      }
      return new Arguments(
          action,
          target,
          given.get(Flag.CONFIG),
          given.getOrDefault(Flag.CLASS_PATH, ""),
          settings());
    }

    private void flag(String word) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      for (Flag flag : known) {
        if (flag.isCalled(name)) {
          String value = value(flag, equals < 0 ? null : word.substring(equals + 1));
          if (given.put(flag, value) != null) {
            faults.add(flag.name() + " is given twice");
          }
          return;
        }
      }
      faults.add(unknown(name));
    }

    private String value(Flag flag, @Nullable String attached) {
      if (!flag.takesValue()) {
        if (attached != null) {
          faults.add(flag.name() + " takes no value");
        }
        return "true";
      }
      if (attached != null) {
        return attached;
      }
      if (next == args.length || args[next].startsWith("--")) {
        faults.add(flag.name() + " needs a value (" + flag.placeholder() + ")");
        return "";
      }
      return args[next++];
    }

    private String unknown(String name) {
      if (name.equals("--" + Setting.TRUSTED_HOSTS.key())) {
        return "Unknown option: "
            + name
            + " (there is none on purpose: set "
            + Setting.TRUSTED_HOSTS.key()
            + " in pounce.toml, or "
            + Setting.TRUSTED_HOSTS.environment()
            + ")";
      }
      if (!name.startsWith("--")) {
        return "Unknown option: " + name + " (see pounce --help)";
      }
      return "Unknown option: " + name + " (did you mean " + Nearest.of(name, known) + "?)";
    }

    private Action action() {
      if (given.containsKey(Flag.HELP)) {
        return Action.HELP;
      }
      if (given.containsKey(Flag.VERSION)) {
        return Action.VERSION;
      }
      return !rest.isEmpty() && rest.getFirst().equals(CHECK) ? Action.CHECK : Action.SERVE;
    }

    private String target() {
      if (!rest.isEmpty() && rest.getFirst().equals(CHECK)) {
        rest.removeFirst();
      }
      if (rest.size() != 1 && faults.isEmpty()) {
        String found = rest.isEmpty() ? "none" : String.join(" ", rest);
        faults.add("one TARGET is needed; found: " + found + " (see pounce --help)");
      }
      return rest.isEmpty() ? "" : rest.getFirst();
    }

    private Map<Setting, String> settings() {
      Map<Setting, String> settings = new EnumMap<>(Setting.class);
      given.forEach((flag, value) -> {
        if (flag.setting() != null) {
          settings.put(flag.setting(), value);
        }
      });
      return settings;
    }
  }
}
