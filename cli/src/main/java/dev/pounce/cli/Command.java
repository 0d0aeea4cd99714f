package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.cli.fault.Fault;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Watch;
import dev.pounce.observe.flight.FlightCollector;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogName;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.WorkerMode;
import dev.pounce.server.fleet.Fleet;
import dev.pounce.server.fleet.WorkerProcess;
import dev.pounce.server.tls.Keychain;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLConnection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code pounce}: reads the arguments, the configuration and the target, in this order,
 * and stops at the first of them that has something wrong, with all that is wrong with it.
 */
final class Command implements AutoCloseable {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int WRONG = 2;

  private final Map<String, String> environment;
  private final Path directory;
  private final OutputStream out;
  private final PrintStream err;
  private @Nullable Console console;

  Command(Map<String, String> environment, Path directory, OutputStream out, PrintStream err) {
    this.environment = environment;
    this.directory = directory;
    this.out = out;
    this.err = err;
  }

  /** Does what the arguments say, and returns the exit code. */
  int run(String... args) {
    return guarded(() -> run(Arguments.parse(args)));
  }

  /**
   * Serves as one worker process of several.
   *
   * @param directory what the supervisor shares with them
   * @param number the worker's
   */
  int work(Path directory, int number, String... args) {
    return guarded(() -> work(directory, number, Arguments.parse(args)));
  }

  private interface Job {
    int run() throws UsageException, TargetException, IOException;
  }

  private int guarded(Job job) {
    try {
      return job.run();
    } catch (UsageException e) {
      e.faults().forEach(fault -> complain(fault, null));
      return WRONG;
    } catch (TargetException e) {
      complain(e);
      return WRONG;
    } catch (IOException e) {
      complain(String.valueOf(e.getMessage()), null);
      return FAILED;
    } catch (RuntimeException | Error e) {
      complain("unexpected failure", e);
      return FAILED;
    } finally {
      if (console != null) {
        console.end();
      }
    }
  }

  private int run(Arguments arguments) throws UsageException, TargetException, IOException {
    return switch (arguments.action()) {
      case HELP -> print(Usage.help());
      case VERSION -> print("Pounce " + Version.POUNCE + " (JDK " + Version.jdk() + ")\n");
      case CHECK -> check(arguments);
      case DEV_CERT -> print(DevCert.make(directory, Instant.now()));
      case SERVE -> serve(arguments);
    };
  }

  private int print(String text) {
    try {
      out.write(text.getBytes(UTF_8));
      out.flush();
      return OK;
    } catch (IOException e) {
      complain("can't write: " + e.getMessage(), null);
      return FAILED;
    }
  }

  private int check(Arguments arguments) throws UsageException, TargetException {
    Configuration configuration = Configuration.of(arguments, environment, directory);
    console = Console.open(configuration.server(), err);
    try {
      Keychain.of(configuration.server());
    } catch (IOException e) {
      throw new UsageException(List.of(String.valueOf(e.getMessage())));
    }
    return print(Report.of(supply(arguments, configuration).name(), configuration));
  }

  private int serve(Arguments arguments) throws UsageException, TargetException, IOException {
    Configuration configuration = Configuration.of(arguments, environment, directory);
    if (configuration.server().workerMode() == WorkerMode.PROCESS) {
      return supervise(arguments, configuration);
    }
    console = Console.open(configuration.server(), out);
    LogWriter log = console.log();
    if (configuration.server().reload()) {
      return develop(arguments, configuration, log);
    }
    Supply supply = supply(arguments, configuration);
    Server server = new Server(configuration.server(), supply, log, new FlightCollector());
    return server.run(uri -> Banner.write(log, configuration, supply.name(), uri));
  }

  private int supervise(Arguments arguments, Configuration configuration) throws IOException {
    OutputStream whole = new WholeOutput(out);
    console = Console.open(configuration.server(), whole);
    LogWriter log = console.log();
    return Fleet.run(
        configuration.server(),
        Worker::command,
        whole,
        log,
        uri -> Banner.write(log, configuration, arguments.target(), uri),
        new FlightCollector());
  }

  private int work(Path directory, int number, Arguments arguments)
      throws UsageException, TargetException, IOException {
    Configuration configuration = Configuration.of(arguments, environment, this.directory);
    console = Console.open(configuration.server(), out);
    Supply supply = supply(arguments, configuration);
    return WorkerProcess.run(
        directory, number, configuration.server(), supply, console.log(), new FlightCollector());
  }

  /** Serves the target as it is at any time, and while it can't be, what is wrong with it. */
  private int develop(Arguments arguments, Configuration configuration, LogWriter log)
      throws TargetException, IOException {
    Recipe recipe = recipe(arguments, configuration);
    try (Watch watch = Watch.open(directory)) {
      Draft draft =
          new Draft(
              arguments.target(), recipe, CompileCache.of(environment), watch, this::complain);
      Server server = new Server(configuration.server(), draft, log, new FlightCollector());
      return server.run(uri -> {
        Banner.write(log, configuration, draft.name(), uri);
        watch.start(recipe::rehearse, server::reload);
      });
    }
  }

  private Supply supply(Arguments arguments, Configuration configuration) throws TargetException {
    return new Supply(recipe(arguments, configuration), CompileCache.of(environment));
  }

  private Recipe recipe(Arguments arguments, Configuration configuration) throws TargetException {
    // The JDK would read resources of a jar that has been replaced from the one that it knows.
    URLConnection.setDefaultUseCaches("jar", false);
    ClassLoader extras = Extras.loader(configuration.server(), environment);
    Thread.currentThread().setContextClassLoader(Extras.codings(configuration.server(), extras));
    return new Recipe(
        Target.parse(arguments.target()),
        arguments.classPath(),
        extras,
        warnings -> show(LogLevel.WARNING, warnings));
  }

  private void complain(TargetException e) {
    String message = String.valueOf(e.getMessage());
    complain(new Fault("", message, e.isFromCompiler(), e.getCause()));
  }

  private void complain(Fault fault) {
    if (fault.fromCompiler()) {
      show(LogLevel.ERROR, fault.message());
    } else {
      complain(fault.message(), fault.cause());
    }
  }

  private void complain(String fault, @Nullable Throwable cause) {
    if (console != null && console.speaksJson()) {
      console.say(LogLevel.ERROR, LogName.SERVER.logger(), fault, cause);
      return;
    }
    err.println("pounce: " + fault);
    if (cause != null) {
      cause.printStackTrace(err);
    }
  }

  /** Shows what the compiler has printed. */
  private void show(LogLevel level, String text) {
    if (console != null && console.speaksJson()) {
      console.say(level, LogName.SERVER.logger(), text.stripTrailing(), null);
    } else {
      err.print(text);
    }
  }

  /** Leaves the JVM as it was before. A process that ends need not. */
  @Override
  public void close() {
    if (console != null) {
      console.close();
    }
  }
}
