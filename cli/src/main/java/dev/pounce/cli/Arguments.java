package dev.pounce.cli;

import dev.pounce.server.config.Setting;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

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
    DEV_CERT,
    HELP,
    VERSION
  }

  /**
   * Reads the command line.
   *
   * @throws UsageException if it has an unknown flag, a flag without its value, or not one target;
   *     it names every fault
   */
  static Arguments parse(String... args) throws UsageException {
    CommandLine command = Usage.commandLine();
    ParseResult result = command.parseArgs(args);
    List<String> faults = faults(result, command);
    Arguments arguments = read(result, faults);
    if (!faults.isEmpty()) {
      throw new UsageException(faults);
    }
    return arguments;
  }

  private static Arguments read(ParseResult result, List<String> faults) {
    Action action = action(result);
    List<String> words = new ArrayList<>(words(result));
    if (action == Action.CHECK || action == Action.DEV_CERT) {
      words.removeFirst();
    }
    if (action == Action.DEV_CERT && !words.isEmpty()) {
      faults.add("dev-cert takes no TARGET; found: " + String.join(" ", words));
    }
    boolean wanted = action == Action.SERVE || action == Action.CHECK;
    if (wanted && words.size() != 1 && faults.isEmpty()) {
      String found = words.isEmpty() ? "none" : String.join(" ", words);
      faults.add("one TARGET is needed; found: " + found + " (see pounce --help)");
    }
    return new Arguments(
        action,
        wanted && !words.isEmpty() ? words.getFirst() : "",
        result.matchedOptionValue(Usage.CONFIG, null),
        result.matchedOptionValue(Usage.CLASS_PATH, ""),
        settings(result));
  }

  private static Action action(ParseResult result) {
    if (result.isUsageHelpRequested()) {
      return Action.HELP;
    }
    if (result.isVersionHelpRequested()) {
      return Action.VERSION;
    }
    return switch (words(result).stream().findFirst().orElse("")) {
      case Usage.CHECK -> Action.CHECK;
      case Usage.DEV_CERT -> Action.DEV_CERT;
      default -> Action.SERVE;
    };
  }

  private static List<String> words(ParseResult result) {
    return List.of(result.matchedPositionalValue(0, new String[0]));
  }

  private static Map<Setting, String> settings(ParseResult result) {
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      if (result.hasMatchedOption(Usage.flag(setting))) {
        settings.put(setting, result.matchedOption(Usage.flag(setting)).getValue().toString());
      }
    }
    return settings;
  }

  private static List<String> faults(ParseResult result, CommandLine command) {
    List<String> faults = new ArrayList<>();
    for (Exception error : result.errors()) {
      if (error instanceof UnmatchedArgumentException unmatched) {
        unmatched.getUnmatched().forEach(word -> faults.add(unknown(word, command)));
      } else {
        faults.add(String.valueOf(error.getMessage()));
      }
    }
    for (OptionSpec option : new LinkedHashSet<>(result.matchedOptions())) {
      if (option.stringValues().size() > 1) {
        faults.add(option.longestName() + " is given more than once");
      }
    }
    return faults;
  }

  private static String unknown(String word, CommandLine command) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    String advice;
    if (name.equals(Usage.flag(Setting.TRUSTED_HOSTS))) {
      advice =
          "there is none on purpose: set "
              + Setting.TRUSTED_HOSTS.key()
              + " in pounce.toml, or "
              + Setting.TRUSTED_HOSTS.environment();
    } else if (name.startsWith("--")) {
      List<String> known =
          command.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
      advice = "did you mean " + Setting.nearest(name, known) + "?";
    } else {
      advice = "see pounce --help";
    }
    return "Unknown option: " + name + " (" + advice + ")";
  }
}
