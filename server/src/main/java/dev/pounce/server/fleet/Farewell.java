package dev.pounce.server.fleet;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.fleet.Child.Stage;
import dev.pounce.server.supervise.Drain;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * How worker processes go, one by one or all together: each is told to, and killed when its time is
 * up. Used by the supervisor's thread.
 */
final class Farewell {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** How far the end of the whole fleet has come. */
  private enum Phase {
    NONE,
    LAME_DUCK,
    DRAINING
  }

  private final ServerConfig config;
  private final Children children;
  private Phase phase = Phase.NONE;
  private long drainAt;

  Farewell(ServerConfig config, Children children) {
    this.config = config;
    this.children = children;
  }

  /** Whether the whole fleet is on its way out. */
  boolean isBegun() {
    return phase != Phase.NONE;
  }

  /** Whether each process has been told to end. */
  boolean isDraining() {
    return phase == Phase.DRAINING;
  }

  /** Has a process go, because another has taken its place. */
  void leave(Child child) {
    child.end(Instruction.LEAVE, System.nanoTime() + config.reloadTimeout().toNanos());
  }

  /** Has all go: first the health check says so, and then, maybe at once, {@link #tick} drains. */
  void begin(String cause) {
    LOGGER.log(Level.INFO, cause + " — initiating shutdown");
    phase = Phase.LAME_DUCK;
    drainAt = System.nanoTime() + config.lameDuck().toNanos();
    children
        .all(child -> child.stage() == Stage.STARTING || child.stage() == Stage.READY)
        .forEach(Child::abandon);
    children
        .all(child -> child.stage() == Stage.SERVING)
        .forEach(child -> child.tell(Instruction.ANNOUNCE_END));
    if (config.lameDuck().isPositive()) {
      LOGGER.log(
          Level.INFO,
          "Serving for " + Drain.seconds(config.lameDuck()) + "s more, health check at 503");
    }
  }

  /** There is nothing that could be told to go. */
  void skip() {
    phase = Phase.DRAINING;
  }

  private void drain() {
    phase = Phase.DRAINING;
    List<Child> serving = children.all(child -> child.stage() == Stage.SERVING);
    LOGGER.log(Level.INFO, "Shutting down " + serving.size() + " worker(s)...");
    long deadline = System.nanoTime() + config.shutdownTimeout().toNanos();
    children.all(Child::isEnding).forEach(child -> child.hurry(deadline));
    serving.forEach(child -> child.end(Instruction.FINISH, deadline));
  }

  /** How long nothing is due, at most the given time. */
  Duration patience(Duration most) {
    long now = System.nanoTime();
    long least = most.toNanos();
    if (phase == Phase.LAME_DUCK) {
      least = Math.min(least, drainAt - now);
    }
    for (Child child : children) {
      if (child.isEnding()) {
        least = Math.min(least, child.deadline() - now);
      }
    }
    return Duration.ofNanos(Math.max(0, least));
  }

  /** Does what is due. */
  void tick() {
    long now = System.nanoTime();
    if (phase == Phase.LAME_DUCK && now - drainAt >= 0) {
      drain();
    }
    for (Child child : children.all(one -> one.isEnding() && now - one.deadline() >= 0)) {
      LOGGER.log(Level.WARNING, child + " did not stop within " + limit() + " — force terminating");
      child.kill();
    }
  }

  private String limit() {
    return phase == Phase.DRAINING
        ? "shutdown_timeout (" + Drain.seconds(config.shutdownTimeout()) + "s)"
        : "reload_timeout (" + Drain.seconds(config.reloadTimeout()) + "s)";
  }

  /** Waits no longer for anybody. */
  void force() {
    if (phase == Phase.LAME_DUCK) {
      drain();
    }
    for (Child child : children.all(Child::isEnding)) {
      LOGGER.log(Level.WARNING, child + " was told to stop at once — force terminating");
      child.kill();
    }
  }
}
