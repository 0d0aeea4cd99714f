package dev.pounce.server.fleet;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A worker process, as its supervisor's thread sees it; used by that alone. */
final class Child {

  /** How far it has come. */
  enum Stage {
    STARTING,
    READY,
    SERVING,
    /** Told to end; {@code deadline} says by when. */
    ENDING,
    /** Killed, because it did not end in time. */
    KILLED,
    /** Killed before it served. */
    ABANDONED
  }

  /** What is meant for the supervisor alone. */
  private static final List<String> OWN =
      List.of(
          "NOTIFY_SOCKET",
          "WATCHDOG_USEC",
          "WATCHDOG_PID",
          "LISTEN_FDS",
          "LISTEN_PID",
          "LISTEN_FDNAMES");

  private final int number;
  private final int generation;
  private final Process process;

  /** The one whose place it takes when it is ready, if that is still there. */
  private final @Nullable Child replaced;

  /** Written once, by the thread that has heard its first word. */
  private volatile @Nullable Channel channel;

  private Stage stage = Stage.STARTING;
  private long deadline;
  private boolean spent;
  private boolean left;

  Child(int number, int generation, Process process, @Nullable Child replaced) {
    this.number = number;
    this.generation = generation;
    this.process = process;
    this.replaced = replaced;
  }

  /** A process that inherits the socket and standard error, and whose output can be read. */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeAll(OWN);
    return builder
        .redirectInput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  int number() {
    return number;
  }

  int generation() {
    return generation;
  }

  Process process() {
    return process;
  }

  @Nullable Child replaced() {
    return replaced;
  }

  Stage stage() {
    return stage;
  }

  long deadline() {
    return deadline;
  }

  /** Whether it was told to end, and has not been killed. */
  boolean isEnding() {
    return stage == Stage.ENDING;
  }

  void connected(Channel channel) {
    this.channel = channel;
  }

  void ready() {
    stage = Stage.READY;
  }

  void serve() {
    stage = Stage.SERVING;
    tell(Instruction.SERVE);
  }

  void tell(Instruction instruction) {
    Objects.requireNonNull(channel).send(instruction.name());
  }

  /** Tells it to end. */
  void end(Instruction how, long deadline) {
    stage = Stage.ENDING;
    this.deadline = deadline;
    tell(how);
  }

  /** Tells it, while it leaves, that the whole server shuts down. */
  void hurry(long latest) {
    deadline = Math.min(deadline, latest);
    tell(Instruction.FINISH);
  }

  void kill() {
    stage = Stage.KILLED;
    process.destroyForcibly();
  }

  /** Kills it before it has served. */
  void abandon() {
    stage = Stage.ABANDONED;
    process.destroyForcibly();
  }

  void markSpent() {
    spent = true;
  }

  /** Whether it has served as many requests as it may. */
  boolean isSpent() {
    return spent;
  }

  void markLeft() {
    left = true;
  }

  /** Whether it may accept connections: it has begun to, and has not said that it has stopped. */
  boolean mayAccept() {
    return !left
        && switch (stage) {
          case STARTING, READY, ABANDONED -> false;
          case SERVING, ENDING, KILLED -> true;
        };
  }

  void close() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public String toString() {
    return "Worker " + number;
  }
}
