package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.observe.LifecycleEvent;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/** What a {@link LifecycleLog} writes of events. */
final class Logged {

  private Logged() {}

  static String json(LifecycleEvent event) {
    return line(LogFormat.JSON, event);
  }

  static Map<String, String> object(LifecycleEvent event) {
    return Json.parse(json(event).stripTrailing());
  }

  static String line(LogFormat format, LifecycleEvent event) {
    return write(format, LogLevel.DEBUG, List.of(event));
  }

  /** Splits at line feeds alone: other breaks must not be there at all. */
  static List<String> lines(
      LogFormat format, LogLevel threshold, List<? extends LifecycleEvent> events) {
    String written = write(format, threshold, events);
    return written.isEmpty() ? List.of() : List.of(written.split("\n"));
  }

  private static String write(
      LogFormat format, LogLevel threshold, List<? extends LifecycleEvent> events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, format)) {
      LifecycleLog log = new LifecycleLog(writer, format, threshold, Story.SLOW);
      events.forEach(log::record);
    }
    return out.toString(UTF_8);
  }
}
