package dev.pounce.observe.flight;

import dev.pounce.observe.WorkerReplaced;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A worker that died was replaced. */
@Name("dev.pounce.WorkerReplacement")
@Label("Worker Replacement")
@Description("A worker died, and another took its place")
@Category("Pounce")
@StackTrace(false)
final class ReplacementFlight extends Event {

  @Label("Worker Id")
  int workerId;

  @Label("Cause")
  @Description("What it died of")
  @Nullable String cause;

  void land(WorkerReplaced replaced) {
    workerId = replaced.workerId();
    cause = replaced.cause();
    commit();
  }
}
