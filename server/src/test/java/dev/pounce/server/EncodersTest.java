package dev.pounce.server;

import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Outbound;
import dev.pounce.app.Send;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Encoders hold native memory: each is closed, once, and while nobody uses it, however its response
 * ends.
 */
@Timeout(60)
class EncodersTest {

  private static final String GET = Requests.get("/it", "Accept-Encoding: " + CountedCoding.NAME);
  private static final HttpResponseStart START = ok("content-type", "text/plain");
  private static final String LONG = "text ".repeat(200);

  @AutoClose private final ServerLog log = ServerLog.open();

  @BeforeEach
  @AfterEach
  void reset() {
    CountedCoding.reset();
  }

  private static Running serving(Application it) throws StartupException {
    return Running.serve(
        Site.of(it),
        settings ->
            settings
                .compression(true)
                .requestTimeout(Duration.ofSeconds(1))
                .shutdownTimeout(Duration.ofMillis(100)));
  }

  private static void send(Send send, Outbound... messages) throws IOException {
    for (Outbound message : messages) {
      send.send(message);
    }
  }

  private static void assertClosed(int count) throws Exception {
    Await.until("encoders are closed", () -> CountedCoding.CLOSED.get() >= count);
    assertThat(CountedCoding.OPENED).hasValue(count);
    assertThat(CountedCoding.CLOSED).hasValue(count);
    assertThat(CountedCoding.MISUSED).hasValue(0);
  }

  /** The response is cut, and its connection with it, behind the piece {@code one}. */
  private static void assertCutBehindOne(RawClient client) throws IOException {
    client.send(GET).readHead();
    assertThat(client.readChunk()).asString().isEqualTo("one");
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void response_thatIsWhole_closesItsEncoder() throws Exception {
    try (Running server =
            serving((scope, receive, send) -> send(send, START, piece("one"), last("two")));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.header("Content-Encoding")).contains(CountedCoding.NAME);
      assertThat(response.text()).isEqualTo("onetwo");
      assertClosed(1);
    }
    assertClosed(1);
  }

  @Test
  void response_inOneMessage_closesItsEncoder() throws Exception {
    try (Running server = serving((scope, receive, send) -> send(send, START, last(LONG)));
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().text()).isEqualTo(LONG);
      assertClosed(1);
    }
  }

  @Test
  void application_thatThrowsInTheMiddle_closesIt() throws Exception {
    try (Running server =
            serving((scope, receive, send) -> {
              send(send, START, piece("one"));
              throw new IllegalStateException("broken");
            });
        RawClient client = server.connect()) {
      assertCutBehindOne(client);
      assertClosed(1);
    }
  }

  @Test
  void application_thatReturnsInTheMiddle_closesIt() throws Exception {
    try (Running server = serving((scope, receive, send) -> send(send, START, piece("one")));
        RawClient client = server.connect()) {
      assertCutBehindOne(client);
      assertClosed(1);
    }
  }

  @Test
  void client_thatLeaves_closesIt() throws Exception {
    Application app =
        (scope, receive, send) -> {
          send(send, START);
          while (true) {
            send.send(piece(LONG));
          }
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      client.send(GET).readHead();
      client.reset();
      assertClosed(1);
    }
  }

  @Test
  void shutdown_thatCutsTheResponse_closesIt() throws Exception {
    Application app =
        (scope, receive, send) -> {
          send(send, START, piece("one"));
          receive.receive();
          receive.receive();
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      client.send(GET).readHead();
      client.readChunk();
      server.close();
      assertClosed(1);
    }
  }

  @Test
  void response_thatIsTooLate_closesItsEncoder() throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    Application app =
        (scope, receive, send) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            for (int i = 0; i < 3; i++) {
              try {
                send(send, i == 0 ? START : piece("late"));
              } catch (DisconnectedException late) {
                failures.add(late);
              }
            }
          }
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().status()).isEqualTo(504);
      assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessageContaining("timed out");
      assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessageContaining("timed out");
      assertClosed(2);
    }
  }

  @Test
  void encoder_thatFailsAtTheFirstPiece_isClosedAndTheAnswerIs500() throws Exception {
    failAt("one");
    try (Running server =
            serving((scope, receive, send) -> send(send, START, piece("one"), last("two")));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + Site.NEXT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).isEqualTo("Internal Server Error\n");
      Site.assertRight(client.readResponse());
      assertClosed(1);
    }
  }

  @Test
  void encoder_thatFailsLater_isClosedAndTheResponseCut() throws Exception {
    failAt("two");
    Application app =
        (scope, receive, send) -> {
          send(send, START, piece("one"));
          try {
            send(send, piece("two"));
          } catch (IllegalStateException e) {
            send(send, last("three"));
          }
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      assertCutBehindOne(client);
      assertClosed(1);
    }
  }

  private static void failAt(String text) {
    CountedCoding.moment =
        coded -> {
          if (coded.equals(text)) {
            throw new IllegalStateException("out of memory");
          }
        };
  }

  /** The application returns while a thread of its own sends one of the pieces. */
  private static void returnWhileSending(String at) throws Exception {
    CountDownLatch coding = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    BlockingQueue<Throwable> refused = new LinkedBlockingQueue<>();
    CountedCoding.moment =
        text -> {
          if (text.equals(at)) {
            coding.countDown();
            await(goOn);
          }
        };
    Application app =
        (scope, receive, send) -> {
          Thread.ofVirtual()
              .start(() -> {
                try {
                  send(send, START, piece("one"));
                  while (true) {
                    send(send, piece("two"));
                  }
                } catch (Exception e) {
                  refused.add(e);
                }
              });
          await(coding);
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      client.send(GET);
      await(coding);
      assertThat(CountedCoding.CLOSED).hasValue(0);
      goOn.countDown();
      assertThat(refused.poll(10, TimeUnit.SECONDS)).isInstanceOf(DisconnectedException.class);
      assertClosed(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      Await.latch("the other thread is there", latch);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void application_thatReturnsWhileItsThreadSendsTheFirstPiece_closesIt() throws Exception {
    returnWhileSending("one");
  }

  @Test
  void application_thatReturnsWhileItsThreadSendsAnotherPiece_closesIt() throws Exception {
    returnWhileSending("two");
  }

  @Test
  void start_withTheModule_saysWhatThereIs() throws Exception {
    try (Running _ = serving((scope, receive, send) -> {})) {
      assertThat(log.messages()).contains("Compression: " + CountedCoding.NAME + ", gzip");
    }
  }

  @Test
  void start_withoutAnyModule_saysWhatToAdd() throws Exception {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (Running _ = serving((scope, receive, send) -> {})) {
      assertThat(log.messages())
          .contains("Compression: gzip (add pounce-compression for zstd and br)");
    } finally {
      current.setContextClassLoader(before);
    }
  }

  @Test
  void start_withoutCompression_saysNothingOfIt() throws Exception {
    try (Running _ = Running.serve(Site.of((scope, receive, send) -> {}))) {
      assertThat(log.messages()).noneMatch(line -> line.startsWith("Compression"));
    }
  }
}
