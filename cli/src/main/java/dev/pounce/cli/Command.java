package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Loaded;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * One call of {@code pounce}: reads the arguments, the configuration and the target, in this order,
 * and stops at the first of them that has something wrong, with all that is wrong with it.
 */
final class Command {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int WRONG = 2;

  private final Map<String, String> environment;
  private final Path directory;
  private final OutputStream out;
  private final PrintStream err;

  Command(Map<String, String> environment, Path directory, OutputStream out, PrintStream err) {
    this.environment = environment;
    this.directory = directory;
    this.out = out;
    this.err = err;
  }

  int run(String... args) {
    try {
      return run(Arguments.parse(args));
    } catch (UsageException e) {
      e.faults().forEach(this::complain);
    } catch (TargetException e) {
      complain(e);
    }
    return WRONG;
  }

  private int run(Arguments arguments) throws UsageException, TargetException {
    return switch (arguments.action()) {
      case HELP -> print(Usage.help());
      case VERSION -> print("Pounce " + Version.POUNCE + " (JDK " + Version.jdk() + ")\n");
      case CHECK -> check(arguments);
      case SERVE -> serve(arguments);
    };
  }

  private int print(String text) {
    try {
      out.write(text.getBytes(UTF_8));
      out.flush();
      return OK;
    } catch (IOException e) {
      complain("can't write: " + e.getMessage());
      return FAILED;
    }
  }

  private int check(Arguments arguments) throws UsageException, TargetException {
    Configuration configuration = Configuration.of(arguments, environment, directory);
    try (LogWriter log = log(configuration, err);
        var _ = attach(log, configuration)) {
      return print(Report.of(load(arguments).name(), configuration));
    }
  }

  private int serve(Arguments arguments) throws UsageException, TargetException {
    Configuration configuration = Configuration.of(arguments, environment, directory);
    try (LogWriter log = log(configuration, out);
        var _ = attach(log, configuration)) {
      Loaded loaded = load(arguments);
      Server server = new Server(configuration.server(), loaded.application(), log);
      return server.run(uri -> Banner.write(log, configuration, loaded.name(), uri));
    } catch (StartupException e) {
      complain(String.valueOf(e.getMessage()));
      return FAILED;
    }
  }

  private static LogWriter log(Configuration configuration, OutputStream stream) {
    return LogWriter.to(stream, configuration.server().logFormat());
  }

  private static ConsoleLoggers.Attachment attach(LogWriter log, Configuration configuration) {
    return ConsoleLoggers.attach(log, configuration.server().logLevel());
  }

  private Loaded load(Arguments arguments) throws TargetException {
    Loaded loaded =
        Target.parse(arguments.target())
            .load(ClassPath.parse(arguments.classPath()), CompileCache.of(environment));
    err.print(loaded.warnings());
    return loaded;
  }

  private void complain(TargetException e) {
    if (e.isFromCompiler()) {
      err.print(e.getMessage());
    } else {
      complain(String.valueOf(e.getMessage()));
    }
    if (e.getCause() != null) {
      e.getCause().printStackTrace(err);
    }
  }

  private void complain(String fault) {
    err.println("pounce: " + fault);
  }
}
