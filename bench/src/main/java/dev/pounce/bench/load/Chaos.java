package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Lets things happen to a server under load, and accounts for each request. Its exit code is 1 if
 * one is left over, or the server's metrics do not add up.
 */
public final class Chaos {
  private static final String USAGE =
      """
      usage: bench/chaos [FLAGS]
        --minutes 10        for each mode
        --modes process,thread
        --clients 16        which keep their connections and retry nothing
        --seed now          of what happens, and of what the clients ask for\
      """;

  private static final Map<String, String> DEFAULTS =
      Map.of("minutes", "10", "modes", "process,thread", "clients", "16", "seed", "now");

  private Chaos() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = Flags.parse(USAGE, DEFAULTS, args);
    var modes = flags.choices("modes", List.of("process", "thread"), mode -> mode);
    int minutes = flags.number("minutes");
    long seed =
        flags.text("seed").equals("now")
            ? System.currentTimeMillis() % 1_000_000_000
            : flags.number("seed");
    Contender.build(List.of(Contender.POUNCE));
    System.out.println(Machine.description());
    boolean well = true;
    for (String mode : modes) {
      var scratch = Shell.scratch();
      var plan =
          new Turmoil.Plan(
              Contender.pounce(scratch),
              Contender.BENCH.resolve("Witness.java"),
              mode.equals("process"),
              flags.number("clients"),
              50_000,
              seed,
              Duration.ofMinutes(minutes));
      System.out.println();
      well &= Turmoil.run(plan, scratch, System.out).isEmpty();
    }
    System.exit(well ? 0 : 1);
  }
}
