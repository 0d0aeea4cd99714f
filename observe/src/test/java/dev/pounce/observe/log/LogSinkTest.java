package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TimeZone;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the writer does when its sink stands still, breaks, or is a logger. */
@Timeout(20)
class LogSinkTest {
  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

  @Test
  void offer_pipeNobodyReads_neverWaits() throws IOException {
    Pipe pipe = Pipe.open();
    OutputStream out = Channels.newOutputStream(pipe.sink());
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      int accepted = 0;
      for (int i = 0; i < 20_000; i++) {
        accepted += offer(writer, "x".repeat(1000) + "\n") ? 1 : 0;
      }
      assertThat(accepted).as("what the buffer and a pipe hold").isBetween(4_000, 6_000);
      assertThat(writer.dropped()).isEqualTo(20_000 - accepted);
      pipe.source().close();
    } finally {
      out.close();
    }
  }

  @Test
  void close_pipeNobodyReads_givesUpAfterAWhile() throws Exception {
    Pipe pipe = Pipe.open();
    OutputStream out = Channels.newOutputStream(pipe.sink());
    LogWriter writer = LogWriter.to(out, LogFormat.TEXT);
    while (offer(writer, "x".repeat(1000) + "\n")) {}

    writer.close();

    // The pipe is full to this moment, so the lines cannot have gone through it.
    assertThat(pipe.source().isOpen()).isTrue();
    pipe.source().close();
    writer.close();
    out.close();
  }

  @Test
  void write_brokenPipe_countsTheLinesAndGoesOn() throws IOException {
    Pipe pipe = Pipe.open();
    OutputStream out = Channels.newOutputStream(pipe.sink());
    pipe.source().close();
    try (LogWriter writer = LogWriter.to(out, LogFormat.TEXT)) {
      for (int lost = 1; lost <= 3; lost++) {
        assertThat(offer(writer, "lost\n")).isTrue();
        awaitDropped(writer, lost);
      }
    } finally {
      out.close();
    }
  }

  @Test
  void write_sinkRecovers_saysWhatWasLostOnALineOfItsOwn() throws IOException {
    Failing out = new Failing(new IOException("No space left on device"));
    try (LogWriter writer = to(out)) {
      offer(writer, "lost 1\n");
      awaitDropped(writer, 1);
      offer(writer, "lost 2\n");
      awaitDropped(writer, 2);
      out.recover();
      offer(writer, "kept\n");
    }
    assertThat(out.written())
        .isEqualTo(
            "lost\nkept\n"
                + "[2026-02-12 10:15:30] WARNING 2 log line(s) dropped: "
                + "the log sink did not keep up\n");
  }

  @Test
  void write_sinkRaisesAnError_theThreadSurvives() throws IOException {
    Failing out = new Failing(new NoClassDefFoundError("com/acme/Appender"));
    try (LogWriter writer = to(out)) {
      offer(writer, "lost\n");
      awaitDropped(writer, 1);
      out.recover();
      offer(writer, "kept\n");
    }
    assertThat(out.written()).contains("kept\n");
  }

  @Test
  void close_sinkFails_countsEveryLineThatWasAccepted() throws Exception {
    Gate gate = new Gate(new IOException("No space left on device"));
    LogWriter writer = to(gate);
    int accepted = 1;
    offer(writer, "first\n");
    gate.awaitWriter();
    while (offer(writer, "x".repeat(31) + "\n")) {
      accepted++;
    }
    Thread closer = Thread.ofVirtual().start(writer::close);
    Poll.until("closed", () -> refusedForGood(writer));
    long refused = writer.dropped();
    gate.open();
    closer.join();

    assertThat(writer.dropped()).isEqualTo(refused + accepted);
  }

  @Test
  void toSystemLogger_line_goesToTheLoggerOfItsNameAtItsLevel() throws Exception {
    try (Received received = new Received("pounce.access");
        LogWriter writer = LogWriter.toSystemLogger(LogFormat.TEXT)) {
      AccessLog log = new AccessLog(writer, LogFormat.TEXT, LogLevel.INFO);
      log.record(Exchange.USUAL, new byte[0]);
      log.record(Exchange.USUAL.withStatus(500), new byte[0]);

      LogRecord usual = received.next();
      assertThat(usual.getLevel()).isEqualTo(Level.INFO);
      assertThat(usual.getMessage())
          .isEqualTo("127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 1234 5.2ms [a1b2c3d4e5f6]");
      assertThat(received.next().getLevel()).isEqualTo(Level.WARNING);
    }
  }

  @Test
  void toSystemLogger_lineWithBraces_isNotTakenForAPattern() throws Exception {
    try (Received received = new Received("pounce.access");
        LogWriter writer = LogWriter.toSystemLogger(LogFormat.JSON)) {
      AccessLog log = new AccessLog(writer, LogFormat.JSON, LogLevel.INFO);
      log.record(Exchange.USUAL.ofPath("/{0}/'é'"), new byte[0]);

      assertThat(Json.parse(received.next().getMessage())).containsEntry("path", "/{0}/'é'");
    }
  }

  @Test
  void toSystemLogger_message_hasNoTimeAndLevelOfItsOwn() throws Exception {
    try (Received received = new Received("pounce");
        LogWriter writer = LogWriter.toSystemLogger(LogFormat.TEXT)) {
      writer.message(LogLevel.ERROR, "pounce", "Request failed", null, "a1b2c3d4e5f67890");

      LogRecord message = received.next();
      assertThat(message.getLevel()).isEqualTo(Level.SEVERE);
      assertThat(message.getMessage()).isEqualTo("Request failed [a1b2c3d4e5f6]");
    }
  }

  @Test
  void toSystemLogger_event_hasTheLoggerAndTheLevelOfTheLifecycleLog() throws Exception {
    try (Received received = new Received("pounce.lifecycle");
        LogWriter writer = LogWriter.toSystemLogger(LogFormat.TEXT)) {
      LifecycleLog log =
          new LifecycleLog(writer, LogFormat.TEXT, LogLevel.INFO, Duration.ofSeconds(2));
      log.record(Story.disconnected(null));
      log.record(Story.failed(Story.STARTED, new Exception()));

      LogRecord left = received.next();
      assertThat(left.getLevel()).isEqualTo(Level.WARNING);
      assertThat(left.getMessage()).startsWith("Client disconnected: {'event': ").endsWith("Z'}");
      assertThat(received.next().getLevel()).isEqualTo(Level.SEVERE);
    }
  }

  private static LogWriter to(OutputStream out) {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-02-12T10:15:30Z"));
    return LogWriter.to(out, LogFormat.TEXT, 4096, clock, () -> UTC);
  }

  private static boolean offer(LogWriter writer, String line) {
    byte[] bytes = line.getBytes(US_ASCII);
    return writer.offer(LogLevel.INFO, LogName.ACCESS, bytes, 0, bytes.length);
  }

  private static boolean refusedForGood(LogWriter writer) {
    long before = writer.dropped();
    return !offer(writer, "late\n") && writer.dropped() == before;
  }

  private static void awaitDropped(LogWriter writer, long lines) {
    Poll.until(lines + " dropped", () -> writer.dropped() == lines);
  }

  /** Writes four bytes, then fails, until it recovers. */
  private static final class Failing extends OutputStream {
    private final Throwable failure;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean recovered;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    void recover() {
      recovered = true;
    }

    String written() {
      return written.toString(US_ASCII);
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("byte by byte");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (recovered) {
        written.write(bytes, offset, length);
        return;
      }
      if (written.size() == 0) {
        written.write(bytes, offset, 4);
      }
      switch (failure) {
        case IOException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }
  }

  /** What the JDK's own back end of System.Logger received. */
  private static final class Received extends Handler implements AutoCloseable {
    private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
    private final Logger logger;

    Received(String name) {
      logger = Logger.getLogger(name);
      logger.setUseParentHandlers(false);
      logger.addHandler(this);
    }

    LogRecord next() throws InterruptedException {
      return records.take();
    }

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }
}
