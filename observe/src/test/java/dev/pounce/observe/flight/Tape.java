package dev.pounce.observe.flight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording of nothing but our events. Runs from the moment it is made until it is read. */
final class Tape implements AutoCloseable {

  private final Recording recording;

  /** With the settings that the types have of themselves. */
  Tape() {
    this(Map.of());
  }

  Tape(Map<String, String> settings) {
    recording = new Recording(settings);
    recording.start();
  }

  /** What was recorded, as a file has it. */
  List<RecordedEvent> read() {
    try {
      Path file = Files.createTempFile("tape", ".jfr");
      try {
        recording.stop();
        recording.dump(file);
        return of(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Our events in a file. */
  static List<RecordedEvent> of(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("dev.pounce."))
        .toList();
  }

  /** The one event that was recorded. */
  RecordedEvent only() {
    List<RecordedEvent> events = read();
    if (events.size() != 1) {
      throw new AssertionError("expected one event, got " + events);
    }
    return events.getFirst();
  }

  @Override
  public void close() {
    recording.close();
  }
}
