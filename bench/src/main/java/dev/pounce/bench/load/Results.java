package dev.pounce.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was measured, and the tables made of it. */
final class Results {
  /** One server under one load in one round. */
  record Run(Mode mode, Load load, Contender server, int round, Map<Quantity, Double> measured) {
    double value(Quantity quantity) {
      return measured.getOrDefault(quantity, Double.NaN);
    }
  }

  private final Contender yardstick;
  private final List<Run> runs = new ArrayList<>();

  /** For these servers: raw Netty is what the others are compared with, or else the first. */
  Results(List<Contender> servers) {
    yardstick = servers.contains(Contender.NETTY) ? Contender.NETTY : servers.getFirst();
  }

  void add(Run run) {
    runs.add(run);
  }

  /**
   * Medians over the rounds, each beside the median of its ratios to the yardstick in its round.
   */
  String table(Mode mode, Load load, List<Contender> servers) {
    boolean ratios = servers.size() > 1;
    var titles = new ArrayList<>(List.of("server"));
    for (var quantity : Quantity.values()) {
      titles.add(quantity.title());
      if (ratios && quantity.compared()) {
        titles.add("ratio");
      }
    }
    var table = new Table(titles);
    for (var server : servers) {
      var of = runs(mode, load, server);
      var row = new ArrayList<>(List.of(server.label()));
      for (var quantity : Quantity.values()) {
        row.add(quantity.show(median(of, quantity)));
        if (ratios && quantity.compared()) {
          row.add(Quantity.showRatio(ratio(of, quantity)));
        }
      }
      table.add(row);
    }
    return table.toString();
  }

  private List<Run> runs(Mode mode, Load load, Contender server) {
    return runs.stream()
        .filter(run -> run.mode() == mode && run.load() == load && run.server() == server)
        .toList();
  }

  private static double median(List<Run> runs, Quantity quantity) {
    return Table.median(runs.stream().mapToDouble(run -> run.value(quantity)).toArray());
  }

  private double ratio(List<Run> runs, Quantity quantity) {
    return Table.median(
        runs.stream().mapToDouble(run -> run.value(quantity) / yardstick(run, quantity)).toArray());
  }

  private double yardstick(Run run, Quantity quantity) {
    return runs(run.mode(), run.load(), yardstick).stream()
        .filter(other -> other.round() == run.round())
        .mapToDouble(other -> other.value(quantity))
        .findFirst()
        .orElse(Double.NaN);
  }
}
