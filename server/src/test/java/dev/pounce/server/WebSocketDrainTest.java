package dev.pounce.server;

import static dev.pounce.server.Sockets.ACCEPT;
import static dev.pounce.server.Sockets.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Inbound;
import dev.pounce.app.WebSocketDisconnect;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.source.Version;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.server.websocket.Frames;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets whose server, or whose version of the application, goes away. */
@Timeout(60)
class WebSocketDrainTest {

  private final Queue<Object> seen = new ConcurrentLinkedQueue<>();
  @AutoClose private final ServerLog log = ServerLog.open();

  /** Answers with its name, and notes how it ends. */
  private Application echo(String name) {
    return Sockets.app((scope, receive, send) -> {
      receive.receive();
      send.send(ACCEPT);
      Inbound message = receive.receive();
      while (message instanceof WebSocketReceive(_, String text)) {
        say(send, name + text);
        message = receive.receive();
      }
      seen.add(message);
    });
  }

  @Test
  void drain_openWebSocket_gets1001AndEndsInOrder() throws Exception {
    Running server = Running.serve(echo(""));
    try (FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.text("a").hear()).isEqualTo("text a");
      Thread closing = server.closing();
      assertThat(client.hear()).isEqualTo("close 1001 ");
      client.send(Frames.of().close(1001, ""));
      assertThat(client.hear()).isEqualTo("end");
      closing.join();
    }
    assertThat(seen).containsExactly(new WebSocketDisconnect(1001, ""));
    assertThat(server.story().of(ResponseCompleted.class)).hasSize(1);
    assertThat(server.story().of(DrainCompleted.class).getFirst().requestsCut()).isZero();
  }

  @Test
  void drain_applicationThatOnlySends_isStoppedByItsNextMessage() throws Exception {
    Semaphore wanted = new Semaphore(1);
    Running server =
        Running.serve(
            Sockets.app((scope, receive, send) -> {
              send.send(ACCEPT);
              try {
                while (true) {
                  wanted.acquire();
                  say(send, "tick");
                }
              } catch (DisconnectedException e) {
                seen.add("stopped");
              }
            }));
    try (FrameClient client = FrameClient.open(server, "/")) {
      assertThat(client.hear()).isEqualTo("text tick");
      Thread closing = server.closing();
      String line;
      do {
        wanted.release();
        line = client.hear();
      } while (line.equals("text tick"));
      assertThat(line).isEqualTo("close 1001 ");
      client.send(Frames.of().close(1001, ""));
      closing.join();
    }
    assertThat(seen).containsExactly("stopped");
  }

  @Test
  void drain_clientThatDoesNotAnswer_isToldToTheApplicationAs1001() throws Exception {
    Running server = Running.serve(echo(""));
    try (FrameClient client = FrameClient.open(server, "/")) {
      Thread closing = server.closing();
      assertThat(client.hear()).isEqualTo("close 1001 ");
      closing.join();
    }
    assertThat(seen).containsExactly(new WebSocketDisconnect(1001, ""));
  }

  @Test
  void drain_applicationThatDoesNotEnd_isCutAndCounted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Running server =
        Running.serve(
            Sockets.app((scope, receive, send) -> {
              send.send(ACCEPT);
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            }),
            settings -> settings.shutdownTimeout(Duration.ofMillis(500)));
    try (FrameClient client = FrameClient.open(server, "/")) {
      Thread closing = server.closing();
      assertThat(client.hear()).isEqualTo("close 1001 ");
      closing.join();
    }
    Await.latch("the application is interrupted", interrupted);
    assertThat(server.story().of(DrainCompleted.class).getFirst().requestsCut()).isOne();
    assertThat(server.story().of(RequestFailed.class).getFirst().error())
        .hasMessage("cut by a shutdown");
  }

  @Test
  void reload_openWebSocket_isClosedByItsOwnVersion() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    try (Running server =
        Running.serve(
            () -> {
              String name = "version " + loads.incrementAndGet() + " ";
              return new Version(echo(name), new ClassLoader() {}, () -> seen.add(name + "closed"));
            },
            settings -> {})) {
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.text("a").hear()).isEqualTo("text version 1 a");
        server.server().reload();
        assertThat(client.hear()).isEqualTo("close 1001 ");
        client.send(Frames.of().close(1001, ""));
        assertThat(client.hear()).isEqualTo("end");
      }
      log.await("Generation 1 stopped");
      assertThat(seen).containsExactly(new WebSocketDisconnect(1001, ""), "version 1 closed");
      try (FrameClient client = FrameClient.open(server, "/")) {
        assertThat(client.text("a").hear()).isEqualTo("text version 2 a");
      }
    }
  }
}
