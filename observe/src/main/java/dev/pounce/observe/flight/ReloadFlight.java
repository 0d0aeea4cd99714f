package dev.pounce.observe.flight;

import dev.pounce.observe.ReloadCompleted;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A reload of the application. */
@Name("dev.pounce.Reload")
@Label("Reload")
@Description("A reload of the application ended, well or not")
@Category("Pounce")
@StackTrace(false)
final class ReloadFlight extends Event {

  @Label("Generation")
  @Description("The generation that serves afterwards")
  int generation;

  @Label("Failure")
  @Description("Why it failed, or nothing if it did not")
  @Nullable String failure;

  @Label("Total Time")
  @Timespan(Timespan.NANOSECONDS)
  long totalTime;

  void land(ReloadCompleted completed) {
    generation = completed.generation();
    failure = completed.failure();
    totalTime = completed.duration().toNanos();
    commit();
  }
}
