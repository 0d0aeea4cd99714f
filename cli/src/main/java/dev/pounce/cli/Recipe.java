package dev.pounce.cli;

import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Loaded;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Inputs;
import java.util.function.Consumer;

/**
 * How the target of a command line is loaded, each time anew from what its files are at the time.
 *
 * @param target what is loaded
 * @param classPath as the command line has it
 * @param parent of the target's class loaders
 * @param warnings gets what the compiler has to say each time, if anything
 */
record Recipe(Target target, String classPath, ClassLoader parent, Consumer<String> warnings) {

  /**
   * Loads the target.
   *
   * @param inputs what it was made from, or would have been, is added there
   * @throws TargetException if there is nothing to serve
   */
  Loaded load(CompileCache cache, Inputs inputs) throws TargetException {
    Loaded loaded = target.load(ClassPath.parse(classPath, inputs).below(parent), cache, inputs);
    if (!loaded.warnings().isEmpty()) {
      warnings.accept(loaded.warnings());
    }
    return loaded;
  }

  /** Does what loading does before anything of the target's own runs, so that it is fast later. */
  void rehearse() {
    try {
      target.rehearse(ClassPath.parse(classPath, new Inputs()).below(parent));
    } catch (TargetException | RuntimeException e) {
      // Loading says so.
    }
  }
}
