package dev.pounce.cli;

import dev.pounce.app.Application;
import dev.pounce.cli.fault.Fault;
import dev.pounce.cli.fault.Page;
import dev.pounce.cli.fault.Trial;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Loaded;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Inputs;
import dev.pounce.cli.watch.Watch;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The target of a command line while somebody works on it, as a source that always has something to
 * serve: the application, or a page that says what is wrong with it. Used by one thread at a time.
 *
 * <p>What each save compiles to is not kept, only what the first start does.
 */
final class Draft implements Source {

  private static final System.Logger LOGGER = System.getLogger("pounce");

  private final Recipe recipe;
  private final Watch watch;
  private final Consumer<Fault> complaint;
  private CompileCache cache;
  private final String target;
  private volatile String name;
  private @Nullable Version first;

  /**
   * Loads the target for the first time, if it can be.
   *
   * @param target as the command line has it
   * @param complaint gets what is wrong, each time, on the thread that finds it
   */
  Draft(String target, Recipe recipe, CompileCache cache, Watch watch, Consumer<Fault> complaint) {
    this.target = target;
    this.name = target;
    this.recipe = recipe;
    this.cache = cache;
    this.watch = watch;
    this.complaint = complaint;
    this.first = make();
  }

  /** The target, with its class and attribute spelled out if it could be loaded. */
  String name() {
    return name;
  }

  @Override
  public Version load() throws InterruptedException {
    Version ready = first;
    first = null;
    Version version = ready == null ? make() : ready;
    if (Thread.interrupted()) {
      throw new InterruptedException("the server stops");
    }
    return version;
  }

  private Version make() {
    Inputs inputs = new Inputs();
    Instant begun = Instant.now();
    try {
      Loaded loaded = recipe.load(cache, inputs);
      name = loaded.name();
      Version version = loaded.version();
      Application trial = new Trial(target, version.application(), this::complain);
      return new Version(trial, version.loader(), version.resources());
    } catch (TargetException e) {
      return broken(
          new Fault(target, String.valueOf(e.getMessage()), e.isFromCompiler(), e.getCause()));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return broken(new Fault(target, target + ": " + e, false, e));
    } finally {
      cache = CompileCache.none();
      watch.expect(inputs, begun);
    }
  }

  private Version broken(Fault fault) {
    if (!Thread.currentThread().isInterrupted()) {
      complain(fault);
    }
    return Version.of(Page.of(fault));
  }

  private void complain(Fault fault) {
    complaint.accept(fault);
    LOGGER.log(Level.INFO, "Requests get this as a page until it is mended");
  }
}
