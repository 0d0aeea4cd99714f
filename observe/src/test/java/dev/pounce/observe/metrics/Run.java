package dev.pounce.observe.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/** A ledger and its workers, all in this process, so that a test can be each of them. */
final class Run implements AutoCloseable {
  static final long PID = ProcessHandle.current().pid();

  final Ledger supervisor;
  final PrometheusCollector collector;
  private final Deque<Ledger> workers = new ArrayDeque<>();

  private Run(Ledger supervisor) {
    this.supervisor = supervisor;
    this.collector = new PrometheusCollector(supervisor);
  }

  static Run in(Path base) throws IOException {
    return new Run(Ledger.create(base));
  }

  /** A new worker. */
  PrometheusCollector worker(int number) throws IOException {
    supervisor.prepare(number);
    Ledger ledger = Ledger.join(supervisor.directory(), number);
    workers.push(ledger);
    return new PrometheusCollector(ledger);
  }

  Path slab(int number) {
    return supervisor.directory().resolve("worker-" + number + ".slab");
  }

  Path families(int number) {
    return supervisor.directory().resolve("worker-" + number + ".families");
  }

  static Stream<String> lines(PrometheusCollector collector, String prefix) {
    return collector.export().lines().filter(line -> line.startsWith(prefix));
  }

  /** How a sample of a worker of this process ends. */
  static String worker(int number, long value) {
    return "{worker_id=\"%d\",worker_pid=\"%d\"} %d".formatted(number, PID, value);
  }

  @Override
  public void close() {
    workers.forEach(Ledger::close);
    supervisor.close();
  }
}
