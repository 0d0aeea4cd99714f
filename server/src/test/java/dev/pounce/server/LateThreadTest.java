package dev.pounce.server;

import static dev.pounce.server.Site.IT;
import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of an application that send or receive beside its own, or after it has returned. */
@Timeout(60)
class LateThreadTest {

  private final BlockingQueue<Send> sends = new LinkedBlockingQueue<>();
  private final BlockingQueue<Receive> receives = new LinkedBlockingQueue<>();
  @AutoClose private final ServerLog log = ServerLog.open();

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  /** Answers, and lets go of its two ends. */
  private Application leaving() {
    return Site.of((scope, receive, send) -> {
      sends.add(send);
      receives.add(receive);
      send.send(ok());
      send.send(last("whole"));
    });
  }

  private void assertRefused(Send late) {
    assertThatThrownBy(() -> late.send(ok("X-Late", "1")))
        .isInstanceOfAny(ContractException.class, DisconnectedException.class);
    assertThatThrownBy(() -> late.send(piece("late")))
        .isInstanceOfAny(ContractException.class, DisconnectedException.class)
        .hasMessageMatching(".*(has returned|after the last HttpResponseBody).*");
    assertThatThrownBy(() -> late.send(last("late")))
        .isInstanceOfAny(ContractException.class, DisconnectedException.class);
  }

  @Test
  void send_applicationHasReturned_isRefusedAndDoesNotReachTheNextResponse() throws Exception {
    try (Running running = Running.serve(leaving());
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().text()).isEqualTo("whole");
      assertRefused(take(sends));
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void send_applicationHasReturnedWithoutAnswer_isRefused() throws Exception {
    try (Running running = Running.serve(Site.of((scope, receive, send) -> sends.add(send)));
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().status()).isEqualTo(500);
      assertRefused(take(sends));
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void send_duringTheNextRequestOfTheConnection_isRefusedAndChangesNothing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Application leaving = leaving();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http && http.path().equals("/slow")) {
            begun.countDown();
            goOn.await();
            send.send(ok("X-Mine", "1"));
            send.send(last("slow"));
          } else {
            leaving.handle(scope, receive, send);
          }
        };
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT).readResponse();
      client.send(Requests.get("/slow"));
      Await.latch("the next request has begun", begun);
      assertRefused(take(sends));
      goOn.countDown();
      RawResponse response = client.readResponse();
      assertThat(response.header("X-Mine")).contains("1");
      assertThat(response.text()).isEqualTo("slow");
    }
  }

  @Test
  void send_ofAnEarlierExchangeByALaterOne_failsTheLaterWith500() throws Exception {
    Application leaving = leaving();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http && http.path().equals("/mixed-up")) {
            take(sends).send(last("x"));
          } else {
            leaving.handle(scope, receive, send);
          }
        };
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT).readResponse();
      assertThat(client.send(Requests.get("/mixed-up")).readResponse().status()).isEqualTo(500);
      assertThat(Site.awaitError(log).getMessage()).contains("/mixed-up");
      assertRight(client.send(NEXT).readResponse());
    }
  }

  /** Whoever wins, each request gets one whole answer of its own, or its connection ends. */
  @Test
  void send_whileTheApplicationReturns_neverPutsAWrongAnswerOnTheConnection() throws Exception {
    int requests = 3_000;
    Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope http) {
            threads.add(Thread.startVirtualThread(() -> answerAgainAndAgain(send, http.path())));
            spin();
          }
        };
    try (Running running = Running.serve(app)) {
      int next = 0;
      while (next < requests) {
        next = exchange(running, next, Math.min(requests, next + 50));
      }
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static void answerAgainAndAgain(Send send, String path) {
    try {
      while (true) {
        send.send(ok("X-Path", path));
        send.send(last(path));
      }
    } catch (ContractException | IOException refused) {
      // as it must be, at the latest when the response is whole
    }
  }

  private static void spin() {
    for (int i = ThreadLocalRandom.current().nextInt(3_000); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** Asks for a range of paths at once; returns the first that is still to be asked for. */
  private static int exchange(Running running, int from, int to) throws IOException {
    StringBuilder ahead = new StringBuilder();
    for (int i = from; i < to; i++) {
      ahead.append(Requests.get("/" + i));
    }
    try (RawClient client = running.connect()) {
      client.send(ahead.toString());
      for (int i = from; i < to; i++) {
        RawResponse response;
        try {
          response = client.readResponse();
        } catch (EOFException | SocketException cut) {
          return i + 1;
        }
        if (response.status() == 200) {
          assertThat(response.text()).isEqualTo("/" + i);
          assertThat(response.header("X-Path")).contains("/" + i);
        } else {
          assertThat(response.status()).isEqualTo(500);
          assertThat(response.header("X-Path")).isEmpty();
          assertThat(response.text()).isEqualTo("Internal Server Error\n");
        }
      }
      return to;
    }
  }

  @Test
  void send_byAnotherThreadThatTheApplicationWaitsFor_isTheResponse() throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          Thread other =
              Thread.startVirtualThread(() -> {
                try {
                  send.send(ok());
                  send.send(piece("from "));
                  send.send(last("elsewhere"));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
          other.join();
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(IT + NEXT);
        assertThat(client.readResponse().text()).isEqualTo("from elsewhere");
        assertRight(client.readResponse());
      }
    }
  }

  @Test
  void receive_applicationHasReturned_givesDisconnectAndTakesNothingOfTheNextRequest()
      throws Exception {
    try (Running running = Running.serve(leaving());
        RawClient client = running.connect()) {
      client.send(IT).readResponse();
      Receive late = take(receives);
      String request = Requests.post("/next", "body");
      client.send(request.substring(0, 30));
      assertThat(late.receive()).isEqualTo(new HttpDisconnect());
      client.send(request.substring(30));
      assertThat(late.receive()).isEqualTo(new HttpDisconnect());
      assertRight(client.readResponse());
    }
  }

  @Test
  void receive_waitingWhenTheResponseIsComplete_getsDisconnectAndTheClientItsAnswer()
      throws Exception {
    BlockingQueue<Inbound> received = new LinkedBlockingQueue<>();
    Application app =
        Site.of((scope, receive, send) -> {
          receive.receive();
          Thread waiting = Thread.startVirtualThread(() -> received.add(receive.receive()));
          Await.until("the other thread waits", () -> waiting.getState() == Thread.State.WAITING);
          send.send(ok());
          send.send(piece("who"));
          send.send(last("le"));
          assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new HttpDisconnect());
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect();
        RawClient other = running.connect()) {
      assertThat(client.send(IT).readResponse().text()).isEqualTo("whole");
      assertRight(other.send(NEXT).readResponse());
      assertThat(Site.errors(log)).isEmpty();
    }
  }

  @Test
  void receive_waitingWhenTheApplicationReturns_isNotLeftWaiting() throws Exception {
    BlockingQueue<Inbound> received = new LinkedBlockingQueue<>();
    Application app =
        Site.of((scope, receive, send) -> {
          receive.receive();
          Thread waiting = Thread.startVirtualThread(() -> received.add(receive.receive()));
          Await.until("the other thread waits", () -> waiting.getState() == Thread.State.WAITING);
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().status()).isEqualTo(500);
      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(new HttpDisconnect());
    }
  }
}
