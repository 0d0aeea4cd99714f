package dev.pounce.observe.flight;

import dev.pounce.observe.DrainCompleted;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A worker's drain. */
@Name("dev.pounce.Drain")
@Label("Drain")
@Description("A worker's drain: it served what it had, and nothing new")
@Category("Pounce")
@StackTrace(false)
final class DrainFlight extends Event {

  @Label("Worker Id")
  int workerId;

  @Label("Active Requests")
  @Description("How many requests were under way when it began")
  int activeRequests;

  @Label("Requests Cut")
  @Description("How many requests had to be cut")
  int requestsCut;

  void land(DrainCompleted completed) {
    end();
    if (shouldCommit()) {
      workerId = completed.workerId();
      requestsCut = completed.requestsCut();
      commit();
    }
  }
}
