package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.observe.log.LogName;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Says once that the server is there: where, what it serves, and how. */
final class Banner {

  private Banner() {}

  /**
   * Writes the banner among the log lines, whatever the log level: a few lines for people, or one
   * JSON object where every line must be one.
   */
  static void write(LogWriter log, Configuration configuration, String target, URI uri) {
    if (configuration.server().logFormat() == LogFormat.JSON) {
      String details = String.join(", ", details(configuration, target));
      log.message(
          LogLevel.INFO,
          LogName.SERVER.logger(),
          "Pounce " + Version.POUNCE + " serving " + uri + " (" + details + ")",
          null);
    } else {
      byte[] lines = text(configuration, target, uri).getBytes(UTF_8);
      log.offer(LogLevel.INFO, LogName.SERVER, lines, 0, lines.length);
    }
  }

  private static String text(Configuration configuration, String target, URI uri) {
    String file =
        configuration.file() == null ? "" : "Configuration: " + configuration.file() + "\n";
    return "Pounce "
        + Version.POUNCE
        + " · "
        + uri
        + "\n"
        + String.join(" · ", details(configuration, target))
        + "\n"
        + file
        + "Press Ctrl+C to stop.\n";
  }

  private static List<String> details(Configuration configuration, String target) {
    List<String> details =
        new ArrayList<>(
            List.of(
                target,
                workers(configuration.server()),
                "JDK " + Version.jdk(),
                "PID " + ProcessHandle.current().pid()));
    if (configuration.server().reload()) {
      details.add("reloads on change");
    }
    return details;
  }

  private static String workers(ServerConfig config) {
    int count = config.workerCount();
    return switch (config.workerMode()) {
      case THREAD -> count + (count == 1 ? " worker" : " workers");
      case PROCESS -> count + (count == 1 ? " worker process" : " worker processes");
    };
  }
}
