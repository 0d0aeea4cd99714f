package dev.pounce.bench.load;

import static dev.pounce.bench.load.Contender.JETTY;
import static dev.pounce.bench.load.Contender.NETTY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private final Results results = new Results(List.of(JETTY, NETTY));

  @Test
  void table_ratio_isMedianOfRatiosWithinRounds() {
    // The machine halves its speed in the second round: the ratios of a round still hold.
    add(NETTY, 0, 1000);
    add(JETTY, 0, 500);
    add(NETTY, 1, 500);
    add(JETTY, 1, 300);
    add(NETTY, 2, 1000);
    add(JETTY, 2, 700);

    assertThat(row("jetty")).startsWith("500", "0.60");
  }

  @Test
  void table_yardstickAbsent_showsNoRatios() {
    add(JETTY, 0, 500);

    assertThat(results.table(Mode.PINNED, Http1Load.C64, List.of(JETTY))).doesNotContain("ratio");
  }

  @Test
  void table_otherLoads_areLeftOut() {
    add(JETTY, 0, 500);

    assertThat(results.table(Mode.PINNED, Http1Load.C512, List.of(JETTY))).doesNotContain("500");
  }

  @Test
  void table_serverTookNoPart_showsDashes() {
    add(NETTY, 0, 1000);

    assertThat(row("jetty")).containsExactly("-", "-");
  }

  @Test
  void median_evenCount_isMeanOfTheMiddleTwo() {
    assertThat(Table.median(4, 1, 3, 100)).isEqualTo(3.5);
  }

  private void add(Contender server, int round, double rate) {
    results.add(
        new Results.Run(Mode.PINNED, Http1Load.C64, server, round, Map.of(Quantity.RATE, rate)));
  }

  private List<String> row(String server) {
    String row =
        results
            .table(Mode.PINNED, Http1Load.C64, List.of(NETTY, JETTY))
            .lines()
            .filter(line -> line.contains(server))
            .findFirst()
            .orElseThrow();
    return List.of(row.replace("|", " ").strip().split("\\s+")).subList(1, 3);
  }
}
