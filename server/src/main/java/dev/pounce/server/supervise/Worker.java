package dev.pounce.server.supervise;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.exchange.Codings;
import dev.pounce.server.exchange.Generation;
import dev.pounce.server.exchange.Observation;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Reporter;
import dev.pounce.server.exchange.Service;
import dev.pounce.server.exchange.Standing;
import dev.pounce.server.http1.Connection;
import dev.pounce.server.http1.Desks;
import dev.pounce.server.http1.Owner;
import dev.pounce.server.http1.ResponseHead;
import dev.pounce.server.listen.Transport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A share of the connections, drained as one.
 *
 * <p>The acceptor adds connections, each connection's thread takes itself away, and the reaper, the
 * lifeline and a drain walk over them: the set is concurrent, and touched twice in a connection's
 * life, not in a request's. The flags are raised once and stay so.
 */
final class Worker implements Owner, Standing {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final int id;
  private final IntSupplier open;
  private final ResponseHead heads;
  private final Desks desks;
  private final Service service;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final CountDownLatch empty = new CountDownLatch(1);
  private volatile long drainNanos;
  private volatile boolean draining;
  private volatile boolean closing;
  private volatile boolean leaving;

  /**
   * A worker without connections.
   *
   * @param open how many connections all workers have
   * @param serving the generation that new requests go to
   */
  Worker(
      int id,
      IntSupplier open,
      ServerConfig config,
      AtomicReference<Generation> serving,
      Observation observation,
      @Nullable Reporter reporter,
      @Nullable Codings codings,
      ResponseHead heads) {
    this.id = id;
    this.open = open;
    this.heads = heads;
    this.desks = new Desks(config);
    this.service = Service.of(config, serving, observation, reporter, this, codings);
  }

  /**
   * Takes a connection.
   *
   * @param admission why its requests are refused, or null
   * @return the connection, not started
   */
  Connection take(long number, Transport transport, @Nullable Refusal admission) {
    Connection connection = new Connection(number, service, this, transport, admission);
    count.incrementAndGet();
    connections.add(connection);
    return connection;
  }

  Iterable<Connection> connections() {
    return connections;
  }

  @Override
  public void closed(Connection connection) {
    connections.remove(connection);
    if (count.decrementAndGet() == 0 && leaving) {
      empty.countDown();
    }
  }

  /** From now on the health check says that the server is on its way out. */
  void announceEnd() {
    draining = true;
  }

  /** Begins to drain: from now on each answer is its connection's last. */
  void drain() {
    closing = true;
    int active = active();
    drainNanos = System.nanoTime();
    Reporter reporter = service.reporter();
    if (reporter != null) {
      reporter.drainStarted(id, active);
    }
    LOGGER.log(
        Level.INFO,
        active == 0
            ? "Worker " + id + " shutting down (no active connections)"
            : "Worker " + id + " draining " + active + " active connection(s)...");
  }

  /** The drain is over. */
  void drained(int cut) {
    Reporter reporter = service.reporter();
    if (reporter != null) {
      reporter.drainCompleted(id, cut, drainNanos);
    }
  }

  /** Drains without a word: the worker that only refuses. */
  void drainQuietly() {
    closing = true;
  }

  private int active() {
    int active = 0;
    for (Connection connection : connections) {
      active += connection.active();
    }
    return active;
  }

  /** Closes the connections that are between requests, now and each time it is called. */
  void endIdle() {
    connections.forEach(Connection::endIdle);
  }

  /** From now on no connection is added: waits until the last one has ended. */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    leaving = true;
    if (count.get() == 0) {
      empty.countDown();
    }
    return empty.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Ends what has not ended by itself.
   *
   * @return how many requests were cut
   */
  int cut() {
    int active = active();
    connections.forEach(connection -> connection.cut("cut by a shutdown"));
    return active;
  }

  int id() {
    return id;
  }

  @Override
  public int workerId() {
    return id;
  }

  /** How many connections it has open. */
  int open() {
    return count.get();
  }

  @Override
  public int activeConnections() {
    return open.getAsInt();
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public boolean closing() {
    return closing;
  }

  @Override
  public ResponseHead heads() {
    return heads;
  }

  @Override
  public Desks desks() {
    return desks;
  }
}
