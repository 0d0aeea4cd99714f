package dev.pounce.server.exchange;

import dev.pounce.app.Address;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.EventClock;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes a server's events. There is none where nobody collects them. Immutable; any thread.
 *
 * @param collector gets the events; guarded
 * @param clock tells their times
 * @param listening the address that the server listens on; port 0 for a Unix domain socket
 */
public record Reporter(LifecycleCollector collector, EventClock clock, Address listening) {

  private static final Address UNIX = new Address("unix", 0);

  /**
   * Begins the story of a connection.
   *
   * @param client the peer's address; null on a Unix domain socket
   * @param protocol what it speaks at first
   * @param acceptedNanos when it was accepted, by {@link System#nanoTime}
   */
  public Journal open(
      long number, int worker, @Nullable Address client, Protocol protocol, long acceptedNanos) {
    Address peer = client == null ? UNIX : client;
    ConnectionOpened opened =
        new ConnectionOpened(
            number,
            worker,
            peer.host(),
            peer.port(),
            listening.host(),
            listening.port(),
            protocol,
            clock.at(acceptedNanos));
    return new Journal(collector, clock, opened, acceptedNanos);
  }

  /** A reload has ended; {@code failure} is null if it put a new generation in place. */
  public void reloaded(int generation, @Nullable String failure, Duration duration) {
    collector.record(
        new ReloadCompleted(generation, failure, duration, clock.at(System.nanoTime())));
  }

  /** A worker begins to drain. */
  public void drainStarted(int worker, int active) {
    collector.record(new DrainStarted(worker, active, clock.at(System.nanoTime())));
  }

  /** A worker's drain has ended. */
  public void drainCompleted(int worker, int cut, long startNanos) {
    long now = System.nanoTime();
    collector.record(
        new DrainCompleted(worker, cut, Duration.ofNanos(now - startNanos), clock.at(now)));
  }
}
