package dev.pounce.server;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.GuardedCollector;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.Vitals;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.supervise.Lag;
import java.util.ArrayList;
import java.util.List;

/**
 * Who looks at a server: the collectors it was given, and those that its configuration asks for.
 */
final class Observers {

  private final Observation observation;
  private final Lag lag = new Lag();

  private Observers(Observation observation) {
    this.observation = observation;
  }

  /**
   * Gathers them.
   *
   * @param given the caller's collectors
   */
  static Observers of(ServerConfig config, LogWriter log, List<LifecycleCollector> given) {
    List<LifecycleCollector> collectors = new ArrayList<>(given);
    AccessLog access = new AccessLog(log, config.logFormat(), config.logLevel());
    LifecycleCollector all = LifecycleCollector.all(collectors.toArray(LifecycleCollector[]::new));
    Observers observers = new Observers(new Observation(access, all, null, List.of()));
    all.attached(new Figures(observers.lag, log, LifecycleCollector.guarded(all)));
    return observers;
  }

  private record Figures(Lag lag, LogWriter log, GuardedCollector collectors) implements Vitals {

    @Override
    public Distribution schedulerLag() {
      return lag.distribution();
    }

    @Override
    public long logLinesDropped() {
      return log.dropped();
    }

    @Override
    public long collectorFailures() {
      return collectors.failures();
    }
  }

  Observation observation() {
    return observation;
  }

  /** To be told how late virtual threads run. */
  Lag lag() {
    return lag;
  }
}
