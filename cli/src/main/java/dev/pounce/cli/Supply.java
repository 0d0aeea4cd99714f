package dev.pounce.cli;

import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Loaded;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The target of a command line as a source: what was loaded when the command was read comes first,
 * then what the target's files are at the time. Used by one thread at a time.
 */
final class Supply implements Source {

  private final Target target;
  private final String classPath;
  private final ClassLoader parent;
  private final CompileCache cache;
  private final Consumer<String> warnings;
  private final String name;
  private @Nullable Version first;

  /**
   * Loads the target for the first time.
   *
   * @param parent of the target's class loaders
   * @param warnings gets what the compiler has to say each time, if anything
   * @throws TargetException if there is nothing to serve
   */
  Supply(Arguments arguments, ClassLoader parent, CompileCache cache, Consumer<String> warnings)
      throws TargetException {
    this.target = Target.parse(arguments.target());
    this.classPath = arguments.classPath();
    this.parent = parent;
    this.cache = cache;
    this.warnings = warnings;
    Loaded loaded = read();
    this.name = loaded.name();
    this.first = loaded.version();
  }

  private Loaded read() throws TargetException {
    Loaded loaded = target.load(ClassPath.parse(classPath).below(parent), cache);
    if (!loaded.warnings().isEmpty()) {
      warnings.accept(loaded.warnings());
    }
    return loaded;
  }

  /** The target with its class and attribute spelled out. */
  String name() {
    return name;
  }

  @Override
  public Version load() throws TargetException {
    Version ready = first;
    first = null;
    return ready == null ? read().version() : ready;
  }
}
