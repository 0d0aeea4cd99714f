package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Times {@code pounce --reload} from a saved source file to the first answer of what was saved. */
public final class SaveToAnswer {
  private static final String USAGE =
      """
      usage: bench/save-to-answer [FLAGS]
        --times 20      how often; the figure is the median
        --pause 1000    ms between an answer and the next save\
      """;

  private static final Map<String, String> DEFAULTS = Map.of("times", "20", "pause", "1000");
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private SaveToAnswer() {}

  public static void main(String[] args) throws IOException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    System.out.println(Machine.description());
    System.out.println();
    Contender.build(List.of(Contender.POUNCE));
    Path folder = Files.createTempDirectory(Shell.scratch(), "reload");
    Path source = folder.resolve("Hello.java");
    save(source, 0);
    int port = Probe.freePort();
    List<String> command =
        List.of(
            Contender.HOUSE.resolve("pounce").toString(),
            "--reload",
            "--port",
            Integer.toString(port),
            source.toString());
    var millis = new ArrayList<Double>();
    try (var server =
        ServerProcess.start(command, folder, port, "/", answer -> answer.endsWith("\r\n\r\n0"))) {
      for (int save = 1; save <= flags.number("times"); save++) {
        LockSupport.parkNanos(Duration.ofMillis(flags.number("pause")).toNanos());
        millis.add(time(source, save, server.port()));
      }
    }
    System.out.println(summary(millis));
  }

  private static void save(Path source, int version) throws IOException {
    Files.writeString(
        source,
        """
        import dev.pounce.app.*;

        Application app = Http.app(request -> switch (request.path()) {
          case "/" -> Response.text("%d");
          case "/now" -> Response.json("\\"" + Instant.now() + "\\"\\n");
          default -> Response.empty(404);
        });
        """
            .formatted(version));
  }

  private static double time(Path source, int version, int port) throws IOException {
    save(source, version);
    long saved = System.nanoTime();
    while (!Probe.get(port, "/").endsWith("\r\n\r\n" + version)) {
      if (System.nanoTime() - saved > PATIENCE.toNanos()) {
        throw new IOException("save " + version + " was never served");
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return (System.nanoTime() - saved) / 1e6;
  }

  private static String summary(List<Double> millis) {
    double first = millis.getFirst();
    Collections.sort(millis);
    return String.format(
        Locale.ROOT,
        "%.0f ms from a save to the first new answer, median of %d (%.0f to %.0f); the first took %.0f",
        Table.median(millis.stream().mapToDouble(Double::doubleValue).toArray()),
        millis.size(),
        millis.getFirst(),
        millis.getLast(),
        first);
  }
}
