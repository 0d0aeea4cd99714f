package dev.pounce.cli;

import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ConfigException;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that flags, environment and file give together: flags win over the environment,
 * that wins over the file, and that over the defaults.
 *
 * @param server what the server is built from
 * @param file the file that was read, or null
 * @param origins where each setting that was given got its value from
 */
record Configuration(ServerConfig server, @Nullable Path file, Map<Setting, String> origins) {

  private static final String FILE = "pounce.toml";

  /** How a Kubernetes service called "pounce" has its address in POUNCE_PORT: no setting. */
  private static final String SERVICE_LINK = "tcp://";

  /**
   * Reads all sources.
   *
   * @param directory where {@code pounce.toml} is looked for if the arguments name no file
   * @throws UsageException if there is anything wrong in any of them, naming all of it
   */
  static Configuration of(Arguments arguments, Map<String, String> environment, Path directory)
      throws UsageException {
    Builder builder = ServerConfig.builder();
    Map<Setting, String> origins = new EnumMap<>(Setting.class);
    List<String> faults = new ArrayList<>();
    Path file = file(arguments, directory);
    if (file != null) {
      Toml toml = Toml.read(file);
      faults.addAll(toml.problems());
      for (Map.Entry<String, String> value : toml.values().entrySet()) {
        builder.set(value.getKey(), value.getValue());
        Setting.of(value.getKey()).ifPresent(setting -> origins.put(setting, file.toString()));
      }
    }
    builder.environment(environment);
    for (Setting setting : Setting.values()) {
      if (!environment.getOrDefault(setting.environment(), SERVICE_LINK).startsWith(SERVICE_LINK)) {
        origins.put(setting, setting.environment());
      }
    }
    for (Map.Entry<Setting, String> flag : arguments.settings().entrySet()) {
      builder.set(flag.getKey().key(), flag.getValue());
      origins.put(flag.getKey(), "--" + flag.getKey().key());
    }
    return new Configuration(build(builder, faults), file, origins);
  }

  private static @Nullable Path file(Arguments arguments, Path directory) {
    if (arguments.config() != null) {
      return Path.of(arguments.config());
    }
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? file : null;
  }

  private static ServerConfig build(Builder builder, List<String> faults) throws UsageException {
    try {
      ServerConfig config = builder.build();
      if (faults.isEmpty()) {
        return config;
      }
    } catch (ConfigException e) {
      faults.addAll(e.problems());
    }
    throw new UsageException(faults);
  }
}
