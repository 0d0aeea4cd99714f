package dev.pounce.server;

import static dev.pounce.server.Sockets.ACCEPT;
import static dev.pounce.server.Sockets.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Receive;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketDisconnect;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.websocket.Echo;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.server.websocket.Frames;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets whose application does not receive, and clients that do not answer. */
@Timeout(60)
class WebSocketWatchTest {

  private final CountDownLatch release = new CountDownLatch(1);
  private final Queue<Object> seen = new ConcurrentLinkedQueue<>();

  /** Accepts, works until it is released, and then goes on. */
  private Running busy(Then then) throws StartupException {
    return Running.serve(
        Sockets.app((scope, receive, send) -> {
          receive.receive();
          send.send(ACCEPT);
          release.await();
          then.go(receive, send);
        }));
  }

  private interface Then {
    void go(Receive receive, Send send) throws Exception;
  }

  @Test
  void ping_applicationIsBusy_isAnswered() throws Exception {
    try (Running server = busy((receive, send) -> {});
        FrameClient client = FrameClient.open(server, "/")) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(Frames.of().ping("" + i)).hear()).isEqualTo("pong 3" + i);
      }
      release.countDown();
      assertThat(client.hear()).isEqualTo("close 1000 ");
    }
  }

  @Test
  void close_applicationIsBusy_isAnsweredAndItsSendFails() throws Exception {
    try (Running server =
            busy((receive, send) -> {
              try {
                say(send, "too late");
              } catch (DisconnectedException e) {
                seen.add("send failed");
              }
              seen.add(receive.receive());
            });
        FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.send(Frames.of().close(1001, "gone")).hear()).isEqualTo("close 1001 ");
      assertThat(client.hear()).isEqualTo("end");
      release.countDown();
      Await.until("it is told", () -> seen.size() == 2);
      assertThat(seen).containsExactly("send failed", new WebSocketDisconnect(1001, "gone"));
    }
  }

  @Test
  void client_vanishesWhileTheApplicationOnlySends_endsIt() throws Exception {
    try (Running server =
        Running.serve(
            Sockets.app((scope, receive, send) -> {
              send.send(ACCEPT);
              try {
                while (true) {
                  say(send, "tick");
                }
              } catch (DisconnectedException e) {
                seen.add("send failed");
                throw e;
              }
            }))) {
      FrameClient client = FrameClient.open(server, "/");
      assertThat(client.hear()).isEqualTo("text tick");
      client.raw().reset();
      Await.until("it has ended", () -> seen.contains("send failed"));
      server.story().await(ClientDisconnected.class);
    }
  }

  @Test
  void messages_sentWhileTheApplicationIsBusy_comeInOrder() throws Exception {
    try (Running server =
            busy((receive, send) -> {
              while (receive.receive() instanceof WebSocketReceive(_, String text)) {
                say(send, text);
              }
            });
        FrameClient client = FrameClient.open(server, "/")) {
      client.text("a").send(Frames.of().ping("")).text("b").text("c");
      release.countDown();
      assertThat(client.hear()).isIn("pong ", "text a");
      client.send(Frames.of().close(1000, ""));
      StringBuilder rest = new StringBuilder();
      for (String line = client.hear(); !line.startsWith("close"); line = client.hear()) {
        rest.append(line).append(' ');
      }
      assertThat(rest.toString()).contains("text b text c ");
    }
  }

  @Test
  void client_sendsMoreThanTheApplicationTakes_isHeldBack() throws Exception {
    byte[] piece = new byte[1 << 20];
    try (Running server = busy((receive, send) -> {});
        FrameClient client = FrameClient.open(server, "/")) {
      Thread flood =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                client.send(Frames.of().binary(piece));
                seen.add("sent");
              }
            } catch (IOException e) {
              seen.add(e);
            }
          });
      long before;
      do {
        before = seen.size();
      } while (Await.holdsWithin(Duration.ofMillis(500), grows(before)));
      assertThat(seen).hasSizeLessThan(64);
      client.raw().reset();
      flood.join();
      release.countDown();
    }
  }

  private Callable<Boolean> grows(long size) {
    return () -> seen.size() > size;
  }

  @Test
  void client_answersPings_staysAsLongAsItLikes() throws Exception {
    try (Running server = pinging(10_000);
        FrameClient client = FrameClient.open(server, "/")) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.hear()).isEqualTo("ping ");
        client.send(Frames.of().pong(""));
      }
      assertThat(client.text("here").hear()).isEqualTo("text here");
    }
  }

  @Test
  void client_answersNothing_isClosedWith1011() throws Exception {
    try (Running server = pinging(300)) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.hear()).isEqualTo("ping ");
        assertThat(client.hear()).isEqualTo("close 1011 no answer to a ping");
        assertThat(client.hear()).isEqualTo("end");
      }
      ConnectionCompleted end = server.story().await(ConnectionCompleted.class);
      assertThat(end.reason()).isEqualTo(ConnectionCompleted.Reason.TIMEOUT);
      assertThat(server.story().of(ClientDisconnected.class)).hasSize(1);
    }
  }

  private static Running pinging(long timeout) throws StartupException {
    return Running.serve(
        Echo::handle,
        settings ->
            settings
                .websocketPingInterval(Duration.ofMillis(100))
                .websocketPingTimeout(Duration.ofMillis(timeout)));
  }

  @Test
  void client_silentWhileItsMessageIsNotTaken_isNotToBlame() throws Exception {
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) -> {
                  receive.receive();
                  send.send(ACCEPT);
                  release.await();
                  if (receive.receive() instanceof WebSocketReceive(_, String text)) {
                    say(send, text);
                  }
                }),
                settings ->
                    settings
                        .websocketPingInterval(Duration.ofMillis(100))
                        .websocketPingTimeout(Duration.ofSeconds(1)));
        FrameClient client = FrameClient.open(server, "/")) {
      client.text("kept");
      for (int i = 0; i < 20; i++) {
        assertThat(client.hear()).isEqualTo("ping ");
      }
      release.countDown();
      String line = client.hear();
      while (line.equals("ping ")) {
        line = client.hear();
      }
      assertThat(line).isEqualTo("text kept");
    }
  }

  @Test
  void client_doesNotAnswerAClose_isLeftAfterAWhile() throws Exception {
    try (Running server = Running.serve(Sockets.app((scope, receive, send) -> send.send(ACCEPT)));
        FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.hear()).isEqualTo("close 1000 ");
      String next = "";
      try {
        next = client.hear();
      } catch (SocketTimeoutException e) {
        next = client.hear();
      }
      assertThat(next).isEqualTo("end");
    }
  }

  @Test
  void threads_sendAndReceiveAtTheSameTime() throws Exception {
    int count = 1_000;
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) -> {
                  send.send(ACCEPT);
                  Thread sender =
                      Thread.startVirtualThread(() -> {
                        try {
                          for (int i = 0; i < count; i++) {
                            say(send, "mine " + i);
                          }
                        } catch (IOException e) {
                          seen.add(e);
                        }
                      });
                  for (int i = 0; i < count; i++) {
                    receive.receive();
                  }
                  sender.join();
                  say(send, "all");
                }));
        FrameClient client = FrameClient.open(server, "/")) {
      for (int i = 0; i < count; i++) {
        client.text("yours " + i);
      }
      for (int i = 0; i < count; i++) {
        assertThat(client.hear()).isEqualTo("text mine " + i);
      }
      assertThat(client.hear()).isEqualTo("text all");
    }
    assertThat(seen).isEmpty();
  }
}
