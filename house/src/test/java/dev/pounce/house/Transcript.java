package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a console block shows: commands behind a dollar sign, each with what it prints. */
final class Transcript {

  /**
   * One command.
   *
   * @param output what it prints, without the line feed at the end
   */
  record Step(String command, String output) {}

  private Transcript() {}

  static List<Step> of(Document.Block block) {
    List<Step> steps = new ArrayList<>();
    for (String line : block.lines()) {
      if (line.startsWith("$ ")) {
        steps.add(new Step(line.substring(2), ""));
      } else {
        Step last = steps.removeLast();
        String output = last.output().isEmpty() ? line : last.output() + "\n" + line;
        steps.add(new Step(last.command(), output));
      }
    }
    return steps;
  }

  /** Runs a command of the documents with bash, and returns all that it prints. */
  static String run(String command, Path directory, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", command);
    bash.directory(directory.toFile()).redirectErrorStream(true);
    bash.environment().keySet().removeIf(name -> name.startsWith("POUNCE_"));
    bash.environment().putAll(environment);
    Process process = bash.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return printed;
  }

  /** Asks a server that listens on another port than the documents say. */
  static String ask(String command, int port) throws IOException, InterruptedException {
    String patient = command.replaceFirst("^curl ", "curl -s --max-time 20 ");
    return run(patient.replace("127.0.0.1:8000", "127.0.0.1:" + port), Path.of("."), Map.of());
  }

  /** The text without what differs from run to run: times, IDs, ports and versions. */
  static String shape(String text) {
    return text.replace("\r", "")
        .replaceAll("\\n+$", "")
        .replaceAll("\\b[0-9a-f]{32}\\b", "ID")
        .replaceAll("\\[[0-9a-f]{12}]", "[ID]")
        .replaceAll("Date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT", "Date: DATE")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?", "TIME")
        .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
        .replaceAll("\"(client|server)_port\":\\d+", "\"$1_port\":PORT")
        .replaceAll("\\b\\d+(\\.\\dms| ms)\\b", "MS")
        .replaceAll("\"duration_ms\":\\d+\\.\\d+", "\"duration_ms\":MS")
        .replaceAll("\"uptime_seconds\":\\d+\\.\\d", "\"uptime_seconds\":UPTIME")
        .replaceAll("PID \\d+", "PID NUMBER")
        .replaceAll("JDK 25[.\\d]*", "JDK 25");
  }
}
