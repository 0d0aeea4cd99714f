package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pounce.app.Application;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.flight.FlightCollector;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording of the Flight Recorder tells of a server what its events tell. */
@Timeout(60)
class FlightTest {

  private static final Application FAILING =
      (_, _, _) -> {
        throw new IllegalStateException("raised by the test");
      };

  private final Story story = new Story();

  private List<RecordedEvent> recorded = List.of();

  @BeforeEach
  void recordAServer(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("server.jfr");
    try (ServerLog _ = ServerLog.open();
        Recording recording = new Recording()) {
      recording.start();
      serveAllKinds();
      recording.dump(file);
    }
    recorded = RecordingFile.readAllEvents(file);
  }

  @Test
  void requests_areThoseOfTheEvents() {
    List<Tuple> completed =
        each(
            ResponseCompleted.class,
            it -> tuple("completed", it.request().requestId().toString(), 200, it.bytesSent()));
    List<Tuple> failed =
        each(
            RequestFailed.class,
            it -> tuple("failed", it.request().requestId().toString(), 500, it.bytesSent()));
    assertThat(completed).hasSize(2);
    assertThat(failed).hasSize(1);
    assertThat(recorded("Request", "outcome", "requestId", "status", "bytesSent"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(completed.stream(), failed.stream()).toList());
  }

  @Test
  void rejections_areThoseOfTheEvents() {
    assertThat(recorded("Rejection", "connectionId", "reason", "status", "bytesSent"))
        .containsExactlyElementsOf(
            each(
                RequestRejected.class,
                it -> tuple(it.connectionId(), it.reason().label(), 400, it.bytesSent())))
        .hasSize(1);
  }

  @Test
  void connections_areThoseOfTheEvents() {
    assertThat(recorded("Connection", "connectionId", "requestsServed", "bytesSent", "reason"))
        .containsExactlyInAnyOrderElementsOf(
            each(
                ConnectionCompleted.class,
                it ->
                    tuple(
                        it.connectionId(),
                        it.requestsServed(),
                        it.totalBytesSent(),
                        it.reason().label())))
        .hasSize(3);
  }

  @Test
  void drains_areThoseOfTheEvents() {
    assertThat(recorded("Drain", "workerId", "requestsCut"))
        .containsExactlyElementsOf(
            each(DrainCompleted.class, it -> tuple(it.workerId(), it.requestsCut())))
        .hasSize(1);
  }

  @Test
  void reloads_areThoseOfTheEvents() {
    assertThat(recorded("Reload", "generation", "failure", "totalTime"))
        .containsExactlyElementsOf(
            each(
                ReloadCompleted.class,
                it -> tuple(it.generation(), it.failure(), it.duration().toNanos())))
        .hasSize(2);
  }

  /** Two responses on one connection, one failure, one refusal, two reloads, and the end. */
  private void serveAllKinds() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    Source versions =
        () -> {
          if (loads.incrementAndGet() > 2) {
            throw new IOException("not to be loaded");
          }
          return Version.of(Site.of(FAILING));
        };
    try (LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server =
            new Server(
                ServerConfig.builder().port(0).build(),
                versions,
                log,
                new FlightCollector(),
                story)) {
      server.start();
      try (RawClient kept = RawClient.connect(server.port());
          RawClient broken = RawClient.connect(server.port());
          RawClient refused = RawClient.connect(server.port())) {
        Site.assertRight(kept.send(Site.NEXT).readResponse());
        Site.assertRight(kept.send(Site.NEXT).readResponse());
        assertThat(broken.send(Site.IT).readResponse().status()).isEqualTo(500);
        assertThat(refused.send(get("/ no")).readResponse().status()).isEqualTo(400);
        assertThat(server.reload()).isTrue();
        assertThat(server.reload()).isFalse();
      }
    }
  }

  private <E extends LifecycleEvent> List<Tuple> each(Class<E> kind, Function<E, Tuple> fields) {
    return story.of(kind).stream().map(fields).toList();
  }

  private List<Tuple> recorded(String type, String... fields) {
    return recorded.stream()
        .filter(event -> event.getEventType().getName().equals("dev.pounce." + type))
        .map(event -> tuple(Stream.of(fields).map(event::<Object>getValue).toArray()))
        .toList();
  }
}
