package dev.pounce.cli.target;

import dev.pounce.app.Application;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.server.config.ServerConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The jars that an application is compiled against without asking: Pounce's own. */
final class Contract {

  private static final List<Class<?>> IN_EACH =
      List.of(Application.class, LogLevel.class, ServerConfig.class);

  private Contract() {}

  static Set<Path> classPath(List<Path> entries) {
    Set<Path> all = new LinkedHashSet<>();
    for (Class<?> type : IN_EACH) {
      all.add(home(type));
    }
    all.addAll(entries);
    return all;
  }

  /** The jar or folder that a class of Pounce was loaded from. */
  static Path home(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
