package dev.pounce.server.fleet;

import dev.pounce.observe.flight.FlightCollector;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two programs. The first, whose arguments are a folder and settings, supervises; the second is one
 * of its workers, and serves the {@link Shop} of that folder.
 */
final class FleetProgram {

  private static final String WORKER = "worker";

  private FleetProgram() {}

  public static void main(String[] args) throws IOException {
    List<String> words = Arrays.asList(args);
    System.exit(
        words.getFirst().equals(WORKER) ? work(words.subList(1, words.size())) : supervise(words));
  }

  private static int supervise(List<String> words) throws IOException {
    OutputStream out = out();
    try (LogWriter log = LogWriter.to(out, LogFormat.TEXT)) {
      return Fleet.run(
          config(words),
          (directory, number) -> {
            List<String> worker =
                new ArrayList<>(List.of(WORKER, directory.toString(), String.valueOf(number)));
            worker.addAll(words);
            return command(worker);
          },
          out,
          log,
          uri -> System.out.println("at " + uri),
          new FlightCollector());
    }
  }

  private static int work(List<String> words) throws IOException {
    int number = Integer.parseInt(words.get(1));
    List<String> rest = words.subList(2, words.size());
    try (LogWriter log = LogWriter.to(out(), LogFormat.TEXT)) {
      return WorkerProcess.run(
          Path.of(words.getFirst()),
          number,
          config(rest),
          new Shop(Path.of(rest.getFirst()), number),
          log);
    }
  }

  private static OutputStream out() {
    return new FileOutputStream(FileDescriptor.out);
  }

  private static ServerConfig config(List<String> words) {
    Builder settings =
        ServerConfig.builder()
            .port(0)
            .set("worker-mode", "process")
            .keepAliveTimeout(Duration.ofMinutes(1))
            .healthCheckPath("/health")
            .metricsPath("/metrics");
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      settings.set(word.substring(0, equals), word.substring(equals + 1));
    }
    return settings.build();
  }

  /** What starts one of the two. */
  static List<String> command(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Xshare:auto", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Djava.util.logging.SimpleFormatter.format=%5$s%6$s%n");
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FleetProgram.class.getName());
    command.addAll(args);
    return command;
  }
}
