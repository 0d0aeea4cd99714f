package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Times a command from its start as a process to its first answered request. */
public final class Startup {
  private static final String USAGE =
      """
      usage: bench/startup [FLAGS] [-- COMMAND...]
        --times 10     how often; the figure is the median
        --path /       what is requested
      In the command {port} stands for a free port. Without a command: ./pounce with a class and
      with a source file.\
      """;

  private static final Map<String, String> DEFAULTS = Map.of("times", "10", "path", "/");

  private final Path scratch;
  private final int times;
  private final String path;

  private Startup(Path scratch, int times, String path) {
    this.scratch = scratch;
    this.times = times;
    this.path = path;
  }

  public static void main(String[] args) throws IOException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    var bench = new Startup(Shell.scratch(), flags.number("times"), flags.text("path"));

    System.out.println(Machine.description());
    System.out.println();
    if (!flags.command().isEmpty()) {
      System.out.println(bench.time(flags.command()));
      return;
    }
    Contender.build(List.of(Contender.POUNCE));
    String pounce = Contender.HOUSE.resolve("pounce").toString();
    Path source = Contender.BENCH.resolve("Plaintext.java");
    Path classes = Contender.compile(source, bench.scratch);
    System.out.println(
        "class:  "
            + bench.time(
                List.of(
                    pounce, "--classpath", classes.toString(), "Plaintext", "--port", "{port}")));
    System.out.println(
        "source: " + bench.time(List.of(pounce, source.toString(), "--port", "{port}")));
  }

  private String time(List<String> command) throws IOException {
    double[] millis = new double[times];
    double[] mebibytes = new double[times];
    for (int i = 0; i < times; i++) {
      int port = Probe.freePort();
      var line =
          command.stream().map(word -> word.replace("{port}", Integer.toString(port))).toList();
      try (var process =
          ServerProcess.start(line, scratch, port, path, answer -> answer.contains(" 200 "))) {
        millis[i] = process.startup().toNanos() / 1e6;
        mebibytes[i] = process.resident() / (1024.0 * 1024.0);
      }
    }
    Arrays.sort(millis);
    return String.format(
        Locale.ROOT,
        "%.0f ms to the first answer, median of %d (%.0f to %.0f); %.0f MiB resident then",
        Table.median(millis),
        times,
        millis[0],
        millis[times - 1],
        Table.median(mebibytes));
  }
}
