package dev.pounce.cli;

import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Loaded;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Inputs;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import org.jspecify.annotations.Nullable;

/**
 * The target of a command line as a source: what was loaded when the command was read comes first,
 * then what the target's files are at the time. Used by one thread at a time.
 */
final class Supply implements Source {

  private final Recipe recipe;
  private final CompileCache cache;
  private final String name;
  private @Nullable Version first;

  /**
   * Loads the target for the first time.
   *
   * @throws TargetException if there is nothing to serve
   */
  Supply(Recipe recipe, CompileCache cache) throws TargetException {
    this.recipe = recipe;
    this.cache = cache;
    Loaded loaded = recipe.load(cache, new Inputs());
    this.name = loaded.name();
    this.first = loaded.version();
  }

  /** The target with its class and attribute spelled out. */
  String name() {
    return name;
  }

  @Override
  public Version load() throws TargetException {
    Version ready = first;
    first = null;
    return ready == null ? recipe.load(cache, new Inputs()).version() : ready;
  }
}
