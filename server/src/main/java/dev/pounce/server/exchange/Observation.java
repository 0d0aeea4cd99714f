package dev.pounce.server.exchange;

import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.log.AccessLog;
import dev.pounce.server.trace.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a server.
 *
 * @param log the access log
 * @param collector gets the events; {@linkplain LifecycleCollector#disabled disabled} if nobody
 *     wants them
 * @param tracer makes a span of each request, or null; among the collectors too
 * @param builtIns pages that all workers have alike
 */
public record Observation(
    AccessLog log, LifecycleCollector collector, @Nullable Tracer tracer, List<BuiltIn> builtIns) {

  /** Nobody but the access log. */
  public Observation(AccessLog log) {
    this(log, LifecycleCollector.disabled(), null, List.of());
  }
}
