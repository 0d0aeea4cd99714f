package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class LogWriterTest {
  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
  private static final int SMALL = 4096;

  @Test
  void offer_lineWithAndWithoutLineFeed_endsWithOne() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      assertThat(offer(writer, "with\n")).isTrue();
      assertThat(offer(writer, "without")).isTrue();
      assertThat(offer(writer, "")).isTrue();
    }
    assertThat(out.toString(UTF_8)).isEqualTo("with\nwithout\n\n");
  }

  @Test
  void offer_partOfAnArray_writesThatPart() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      writer.offer(LogLevel.INFO, LogName.ACCESS, "..line\n..".getBytes(US_ASCII), 2, 5);
    }
    assertThat(out.toString(UTF_8)).isEqualTo("line\n");
  }

  @Test
  void offer_arrayUsedAgain_theLineStaysAsItWas() throws InterruptedException {
    Gate gate = new Gate();
    try (LogWriter writer = LogWriter.to(gate, LogFormat.TEXT)) {
      stall(writer, gate);
      byte[] line = "line 1\n".getBytes(US_ASCII);
      writer.offer(LogLevel.INFO, LogName.ACCESS, line, 0, line.length);
      line[5] = '2';
      writer.offer(LogLevel.INFO, LogName.ACCESS, line, 0, line.length);
      gate.open();
    }
    assertThat(gate.written()).isEqualTo("first\nline 1\nline 2\n");
  }

  @Test
  void offer_manyThreads_everyLineIsInTheFileOnceAndWhole(@TempDir Path directory)
      throws Exception {
    int producers = 16;
    int lines = 5_000;
    Path file = directory.resolve("access.log");
    try (OutputStream out = new FileOutputStream(file.toFile());
        LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        int producer = i;
        threads.add(Thread.ofVirtual().start(() -> produce(writer, producer, lines)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    List<String> expected = new ArrayList<>();
    for (int producer = 0; producer < producers; producer++) {
      for (int number = 0; number < lines; number++) {
        expected.add(line(producer, number));
      }
    }
    assertThat(
            Files.readAllLines(file).stream()
                .filter(line -> !line.contains("dropped"))
                .sorted()
                .collect(Collectors.joining("\n")))
        .isEqualTo(expected.stream().sorted().collect(Collectors.joining("\n")));
  }

  @Test
  void offer_linesWaiting_areWrittenAtOnce() throws InterruptedException {
    Gate gate = new Gate();
    try (LogWriter writer = LogWriter.to(gate, LogFormat.TEXT)) {
      stall(writer, gate);
      for (int i = 0; i < 1_000; i++) {
        offer(writer, line(0, i) + "\n");
      }
      gate.open();
    }
    assertThat(gate.written().lines()).hasSize(1_001);
    assertThat(gate.writes()).isEqualTo(2);
  }

  @Test
  void offer_threadAsleep_wakesIt() throws InterruptedException {
    CountDownLatch written = new CountDownLatch(1);
    OutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            written.countDown();
          }
        };
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      awaitSleep();

      offer(writer, "line\n");

      written.await();
      assertThat(out).hasToString("line\n");
    }
  }

  @Test
  void offer_longestLine_isWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      assertThat(offer(writer, "x".repeat(256 << 10))).isTrue();
      assertThat(offer(writer, "y".repeat(256 << 10))).isTrue();
    }
    assertThat(out.size()).isEqualTo(2 * ((256 << 10) + 1));
  }

  @Test
  void offer_lineTooLong_isDroppedCountedAndSaid() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = to(out, LogFormat.TEXT)) {
      assertThat(offer(writer, "x".repeat(SMALL / 4 + 1))).isFalse();
      assertThat(writer.dropped()).isEqualTo(1);
    }
    assertThat(out.toString(UTF_8)).contains("WARNING 1 log line(s) dropped: ");
  }

  @Test
  void offer_bufferFull_isRefusedCountedAndSaidWhenTheSinkMoves() throws InterruptedException {
    Gate gate = new Gate();
    int accepted = 0;
    try (LogWriter writer = to(gate, LogFormat.TEXT)) {
      stall(writer, gate);
      while (offer(writer, "line\n")) {
        accepted++;
      }
      offer(writer, "one more\n");
      assertThat(writer.dropped()).isEqualTo(2);
      gate.open();
    }
    assertThat(accepted).isBetween(1, SMALL);
    assertThat(gate.written())
        .isEqualTo(
            "first\n"
                + "line\n".repeat(accepted)
                + "[2026-02-12 10:15:30] WARNING 2 log line(s) dropped: "
                + "the log sink did not keep up\n");
  }

  @Test
  void dropped_json_isSaidInAnObject() throws InterruptedException {
    Gate gate = new Gate();
    try (LogWriter writer = to(gate, LogFormat.JSON)) {
      stall(writer, gate);
      while (offer(writer, "{}\n")) {}
      gate.open();
    }
    assertThat(Json.parse(gate.written().lines().toList().getLast()))
        .containsEntry("logger", "pounce.log")
        .containsEntry("level", "WARNING")
        .containsEntry("message", "1 log line(s) dropped: the log sink did not keep up")
        .containsEntry("dropped", "1");
  }

  @Test
  void dropped_saidOnce_isNotSaidAgain() throws InterruptedException {
    Gate gate = new Gate();
    try (LogWriter writer = to(gate, LogFormat.TEXT)) {
      stall(writer, gate);
      while (offer(writer, "line\n")) {}
      gate.open();
      awaitSleep();
      offer(writer, "last\n");
    }
    assertThat(gate.written().lines().filter(line -> line.contains("dropped"))).hasSize(1);
    assertThat(gate.written()).endsWith("last\n");
  }

  @Test
  void message_text_isWrittenAsALine() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = to(out, LogFormat.TEXT)) {
      assertThat(writer.message(LogLevel.INFO, "pounce", "All workers stopped", null)).isTrue();
    }
    assertThat(out.toString(UTF_8)).isEqualTo("[2026-02-12 10:15:30] All workers stopped\n");
  }

  @Test
  void message_json_isWrittenAsAnObjectWithLoggerAndRequestId() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LogWriter writer = LogWriter.to(out, LogFormat.JSON)) {
      writer.message(LogLevel.ERROR, "com.acme.Shop", "Request failed", new Error("boom"), "abc");
    }
    assertThat(Json.parse(out.toString(UTF_8).stripTrailing()))
        .containsEntry("level", "ERROR")
        .containsEntry("logger", "com.acme.Shop")
        .containsEntry("message", "Request failed")
        .containsEntry("request_id", "abc")
        .hasEntrySatisfying(
            "exception", trace -> assertThat(trace).startsWith("java.lang.Error: boom\n\tat "));
  }

  @Test
  void close_linesWaiting_writesThem() throws InterruptedException {
    Gate gate = new Gate();
    LogWriter writer = LogWriter.to(gate, LogFormat.TEXT);
    stall(writer, gate);
    offer(writer, "waiting\n");
    gate.open();

    writer.close();

    assertThat(gate.written()).isEqualTo("first\nwaiting\n");
  }

  @Test
  void close_threadAsleep_endsIt() throws InterruptedException {
    LogWriter writer = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
    Thread thread = awaitSleep();

    writer.close();

    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void close_twice_doesNoHarm() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LogWriter writer = LogWriter.to(out, LogFormat.TEXT);
    offer(writer, "line\n");

    writer.close();
    writer.close();

    assertThat(out.toString(UTF_8)).isEqualTo("line\n");
  }

  @Test
  void offer_closed_isRefusedAndNotCounted() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LogWriter writer = LogWriter.to(out, LogFormat.TEXT);
    writer.close();

    assertThat(offer(writer, "late\n")).isFalse();
    assertThat(writer.message(LogLevel.INFO, "pounce", "late", null)).isFalse();
    assertThat(writer.dropped()).isZero();
    assertThat(out.size()).isZero();
  }

  @Test
  void close_stream_staysOpen(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("log");
    try (OutputStream out = new FileOutputStream(file.toFile())) {
      LogWriter writer = LogWriter.to(out, LogFormat.TEXT);
      offer(writer, "line\n");
      writer.close();
      out.write("after\n".getBytes(US_ASCII));
    }
    assertThat(file).hasContent("line\nafter\n");
  }

  private static LogWriter to(OutputStream out, LogFormat format) {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-02-12T10:15:30Z"));
    return LogWriter.to(out, format, SMALL, clock, () -> UTC);
  }

  private static boolean offer(LogWriter writer, String line) {
    byte[] bytes = line.getBytes(US_ASCII);
    return writer.offer(LogLevel.INFO, LogName.ACCESS, bytes, 0, bytes.length);
  }

  /** Leaves the writer's thread standing before the gate with one line in its hands. */
  private static void stall(LogWriter writer, Gate gate) throws InterruptedException {
    offer(writer, "first\n");
    gate.awaitWriter();
  }

  /** Waits until the log's thread is parked without a time, and returns it. */
  private static Thread awaitSleep() {
    Poll.until("asleep", () -> asleep().isPresent());
    return asleep().orElseThrow();
  }

  private static Optional<Thread> asleep() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("pounce-log"))
        .filter(thread -> thread.getState() == Thread.State.WAITING)
        .filter(thread -> LockSupport.getBlocker(thread) == null) // not before a gate
        .findAny();
  }

  private static void produce(LogWriter writer, int producer, int lines) {
    for (int number = 0; number < lines && !Thread.interrupted(); ) {
      if (offer(writer, line(producer, number) + "\n")) {
        number++;
      } else {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  private static String line(int producer, int number) {
    return "%02d %06d %s".formatted(producer, number, "#".repeat(number % 97));
  }
}
