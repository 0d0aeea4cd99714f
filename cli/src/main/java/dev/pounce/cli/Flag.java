package dev.pounce.cli;

import dev.pounce.server.config.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One flag of the command: a setting's, or one of the command's own.
 *
 * @param name with its dashes, such as {@code --port}
 * @param alias a shorter name, or empty
 * @param placeholder what stands for the value in the help; empty for a flag that takes none
 * @param description what it does, in a few words
 * @param setting the setting that it sets, or null
 */
record Flag(
    String name, String alias, String placeholder, String description, @Nullable Setting setting) {

  static final Flag CONFIG =
      new Flag("--config", "", "FILE", "the configuration file [pounce.toml, if there]", null);
  static final Flag CLASS_PATH =
      new Flag("--classpath", "-cp", "PATH", "jars and folders with the target's classes", null);
  static final Flag HELP = new Flag("--help", "-h", "", "show this and exit", null);
  static final Flag VERSION = new Flag("--version", "-V", "", "show the version and exit", null);

  static final List<Flag> OWN = List.of(CONFIG, CLASS_PATH, HELP, VERSION);

  private static final String DASHES = "--";

  static List<Flag> all() {
    List<Flag> flags = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      if (setting.hasFlag()) {
        flags.add(of(setting));
      }
    }
    flags.addAll(OWN);
    return flags;
  }

  private static Flag of(Setting setting) {
    return new Flag(
        DASHES + setting.key(), "", setting.placeholder(), setting.description(), setting);
  }

  boolean takesValue() {
    return !placeholder.isEmpty();
  }

  boolean isCalled(String text) {
    return text.equals(name) || text.equals(alias);
  }
}
