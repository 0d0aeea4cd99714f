package dev.pounce.observe.log;

import static dev.pounce.observe.log.Story.failed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestStarted;
import dev.pounce.testkit.Allocation;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events of many connections at once, and what their lines cost. */
class LifecycleLogThreadsTest {

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void record_steadyState_makesNoGarbage(LogFormat format) {
    // An exception makes its text anew each time.
    LifecycleEvent[] all =
        Story.WHOLE.stream()
            .filter(event -> !(event instanceof RequestFailed))
            .toArray(LifecycleEvent[]::new);
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), format)) {
      LifecycleLog log = new LifecycleLog(writer, format, LogLevel.DEBUG, Story.SLOW);
      rounds(log, all, 100);

      assertThat(Allocation.of(() -> rounds(log, all, 1_000)))
          .as("bytes for 10,000 lines")
          .isLessThan(10_000);
    }
  }

  @Test
  void record_belowTheThreshold_makesNoGarbage() {
    LifecycleEvent[] all = Story.WHOLE.toArray(LifecycleEvent[]::new);
    try (LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.ERROR, Story.SLOW);
      LifecycleEvent[] quiet = {Story.OPENED, Story.STARTED, Story.COMPLETED, Story.CLOSED};
      rounds(log, all, 1);

      assertThat(Allocation.of(() -> rounds(log, quiet, 2_500)))
          .as("bytes for 10,000 events")
          .isLessThan(10_000);
    }
  }

  private static void rounds(LifecycleLog log, LifecycleEvent[] events, int times) {
    for (int round = 0; round < times; round++) {
      for (LifecycleEvent event : events) {
        log.record(event);
      }
    }
  }

  @Test
  void record_manyThreads_noLineIsMixedOrLost() throws InterruptedException {
    int connections = 8;
    int requests = 500;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.DEBUG, Story.SLOW);
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int id = 1; id <= connections; id++) {
        ConnectionOpened connection = opened(id);
        threads.add(
            Thread.startVirtualThread(() -> {
              await(go);
              for (int n = 0; n < requests; n++) {
                log.record(onConnection(connection, n));
              }
            }));
      }
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(writer.dropped()).isZero();
    }
    Map<String, List<String>> paths =
        out.toString(UTF_8)
            .lines()
            .map(Json::parse)
            .collect(
                groupingBy(
                    line -> line.get("connection_id"),
                    mapping(line -> line.get("path"), toList())));
    assertThat(paths).hasSize(connections);
    paths.forEach((id, own) ->
        assertThat(own)
            .isEqualTo(IntStream.range(0, requests).mapToObj(n -> path(id, n)).toList()));
  }

  @Test
  void record_inTheMiddleOfAnother_disturbsNeither() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      LifecycleLog log = new LifecycleLog(writer, LogFormat.JSON, LogLevel.DEBUG, Story.SLOW);
      log.record(Story.STARTED);
      log.record(
          failed(
              Story.STARTED,
              new Exception() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                  log.record(Story.CLOSED);
                  return "told";
                }
              }));
    }
    assertThat(out.toString(UTF_8).lines().map(Json::parse))
        .extracting(line -> line.get("event"), line -> line.get("error"))
        .containsExactly(
            tuple("RequestStarted", null),
            tuple("ConnectionCompleted", null),
            tuple("RequestFailed", "told"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ConnectionOpened opened(long id) {
    return new ConnectionOpened(
        id, 1, "127.0.0.1", 1, "127.0.0.1", 8000, Protocol.H1, Story.OPENED.timestamp());
  }

  private static ConnectionEvent onConnection(ConnectionOpened connection, int n) {
    return new RequestStarted(
        connection,
        Story.STARTED.requestId(),
        "GET",
        path(Long.toString(connection.connectionId()), n),
        "1.1",
        Protocol.H1,
        null,
        connection.timestamp());
  }

  /** Some are long, so that buffers grow, and some too long to be kept. */
  private static String path(String connection, int n) {
    return "/" + connection + "/" + n + "x".repeat(n % 20 == 0 ? 8_000 : n % 7 * 100);
  }
}
