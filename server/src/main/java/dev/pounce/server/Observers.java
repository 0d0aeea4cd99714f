package dev.pounce.server;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.GuardedCollector;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.Vitals;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.observe.log.LifecycleLog;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.observe.metrics.PrometheusCollector;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.BuiltIn;
import dev.pounce.server.exchange.MetricsPage;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.supervise.Lag;
import dev.pounce.server.trace.Tracer;
import dev.pounce.server.trace.TracerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a server: the collectors it was given, and those that its configuration asks for.
 */
final class Observers implements AutoCloseable {

  private final Observation observation;
  private final Lag lag = new Lag();

  /** The tracer that was made here, and is closed here. */
  private final @Nullable Tracer own;

  private Observers(Observation observation, @Nullable Tracer own) {
    this.observation = observation;
    this.own = own;
  }

  /**
   * Gathers them.
   *
   * @param callers the caller's collectors
   * @throws StartupException if the configuration asks for a tracer and there is none
   */
  static Observers of(ServerConfig config, LogWriter log, List<LifecycleCollector> callers)
      throws StartupException {
    List<LifecycleCollector> collectors = new ArrayList<>(callers);
    List<BuiltIn> builtIns = new ArrayList<>();
    if (config.lifecycleLogging()) {
      collectors.add(
          new LifecycleLog(
              log, config.logFormat(), config.logLevel(), config.logSlowRequestsThreshold()));
    }
    String metrics = config.metricsPath();
    if (metrics != null) {
      builtIns.add(new MetricsPage(metrics, collector(collectors)));
    }
    Tracer given = first(Tracer.class, collectors).orElse(null);
    Tracer own = given == null ? tracer(config) : null;
    if (own != null) {
      collectors.add(own);
    }
    Tracer tracer = given == null ? own : given;
    LifecycleCollector all = LifecycleCollector.all(collectors.toArray(LifecycleCollector[]::new));
    AccessLog access = new AccessLog(log, config.logFormat(), config.logLevel());
    Observers observers = new Observers(new Observation(access, all, tracer, builtIns), own);
    all.attached(new Figures(observers.lag, log, LifecycleCollector.guarded(all), tracer));
    return observers;
  }

  /** The collector whose metrics are shown: the caller's, or one that is made for that. */
  private static PrometheusCollector collector(List<LifecycleCollector> collectors) {
    Optional<PrometheusCollector> given = first(PrometheusCollector.class, collectors);
    if (given.isPresent()) {
      return given.get();
    }
    PrometheusCollector made = new PrometheusCollector();
    collectors.add(made);
    return made;
  }

  private static <C> Optional<C> first(Class<C> kind, List<LifecycleCollector> collectors) {
    return collectors.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static @Nullable Tracer tracer(ServerConfig config) throws StartupException {
    if (!TracerFactory.isWanted(config, System.getenv())) {
      return null;
    }
    Optional<TracerFactory> factory = ServiceLoader.load(TracerFactory.class).findFirst();
    if (factory.isEmpty() && config.otelEndpoint() == null) {
      return null; // the environment may be meant for the program around the server
    }
    try {
      return factory
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "otel-endpoint: "
                      + config.otelEndpoint()
                      + " (expected: pounce-otel on the class path or module path)"))
          .create(config);
    } catch (IllegalArgumentException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  private record Figures(
      Lag lag, LogWriter log, GuardedCollector collectors, @Nullable Tracer tracer)
      implements Vitals {

    @Override
    public Distribution schedulerLag() {
      return lag.distribution();
    }

    @Override
    public long schedulerStalls() {
      return 0;
    }

    @Override
    public long logLinesDropped() {
      return log.dropped();
    }

    @Override
    public long collectorFailures() {
      return collectors.failures();
    }

    @Override
    public long spansDropped() {
      return tracer == null ? 0 : tracer.spansDropped();
    }
  }

  Observation observation() {
    return observation;
  }

  /** To be told how late virtual threads run. */
  Lag lag() {
    return lag;
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
