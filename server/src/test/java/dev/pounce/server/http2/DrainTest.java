package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import dev.pounce.server.StartupException;
import dev.pounce.server.Versions;
import dev.pounce.server.config.Builder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shutdowns and reloads while streams are under way. */
@Timeout(60)
class DrainTest {

  @AutoClose private final Versions versions = new Versions();
  private final List<Client> clients = new ArrayList<>();
  @AutoClose private final ServerLog log = ServerLog.open();

  @AfterEach
  void closeAll() throws IOException {
    versions.release();
    for (Client client : clients) {
      client.close();
    }
  }

  private Running serve(Consumer<Builder> settings) throws StartupException {
    return Running.serve(
        versions,
        settings.andThen(
            s -> s.keepAliveTimeout(Duration.ofSeconds(30)).healthCheckPath("/health")));
  }

  private Client connect(Running server) throws IOException {
    Client client = Client.open(server);
    clients.add(client);
    return client;
  }

  private static void join(Thread closing) throws InterruptedException {
    closing.join(20_000);
    assertThat(closing.isAlive()).isFalse();
  }

  @Test
  void shutdown_streamsUnderWay_areFinishedAndLaterOnesAreNotServed() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      int under = client.get("/hold");
      int upload = client.post("/upload");
      client.data(upload, " half").sync();
      versions.awaitHeld();
      Thread closing = server.closing();

      Received first = client.await(Frame.GOAWAY);
      assertThat(first.last()).isEqualTo(Integer.MAX_VALUE);
      assertThat(first.code()).isEqualTo(ErrorCode.NO_ERROR);
      int crossed = client.get("/crossed");
      assertThat(client.whole(crossed).text()).isEqualTo("version 1 /crossed");
      assertThat(client.whole(client.get("/health")).status()).isEqualTo(503);

      // a thread of the client's has chosen the connection before that has heard of it
      int chosen = client.take();
      byte[] pong = Client.octets(Frame.PING, Frame.ACK, 0, client.awaitPing().payload());
      byte[] get =
          Client.octets(
              Frame.HEADERS,
              Frame.END_STREAM | Frame.END_HEADERS,
              chosen,
              Fields.of("GET", "/chosen").octets());
      client.raw(ByteBuffer.allocate(pong.length + get.length).put(pong).put(get).array());
      assertThat(client.whole(chosen).text()).isEqualTo("version 1 /chosen");
      Received second = client.await(Frame.GOAWAY);
      assertThat(second.last()).isEqualTo(chosen);
      int late = client.get("/late");
      assertThat(client.awaitReset(late)).isEqualTo(ErrorCode.REFUSED_STREAM);
      client.last(upload, " and half");
      assertThat(client.whole(upload).text()).isEqualTo("version 1 /upload half and half");
      versions.release();
      assertThat(client.whole(under).text()).isEqualTo("version 1 /hold");
      client.readToEnd();
      assertThat(client.sofar(late).hasHead()).isFalse();
      client.close();
      join(closing);
      assertThat(server.logged()).noneMatch(line -> line.contains("/late"));
      assertThat(log.messages()).contains("Worker 1 stopped").noneMatch(m -> m.contains("force"));
      assertThat(server.story().await(DrainCompleted.class).requestsCut()).isZero();
    }
  }

  @Test
  void shutdown_clientIsIdle_isToldAndClosed() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      int stream = client.get("/");
      client.whole(stream);
      Thread closing = server.closing();
      client.await(Frame.GOAWAY);
      client.pong(client.await(Frame.PING));
      assertThat(client.await(Frame.GOAWAY).last()).isEqualTo(stream);
      client.readToEnd();
      client.close();
      join(closing);
    }
  }

  @Test
  void shutdown_clientAnswersNothing_isClosedAllTheSame() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      client.whole(client.get("/"));
      Thread closing = server.closing();
      join(closing);
      client.readToEnd();
      assertThat(client.unclaimed().stream().filter(f -> f.type() == Frame.GOAWAY))
          .extracting(Received::last)
          .containsExactly(Integer.MAX_VALUE, 1);
      assertThat(log.messages()).noneMatch(m -> m.contains("force"));
    }
  }

  @Test
  void shutdown_streamsDoNotEnd_areCutAndCounted() throws Exception {
    try (Running server = serve(s -> s.shutdownTimeout(Duration.ofMillis(700)))) {
      Client client = connect(server);
      client.get("/hold");
      client.get("/hold");
      int done = client.get("/done");
      client.whole(done);
      versions.awaitHeld();
      Thread closing = server.closing();
      versions.awaitInterrupted();
      log.await("Worker 1 stopped");
      assertThat(log.messages())
          .containsSubsequence(
              "Worker 1 did not stop within shutdown_timeout (0.7s) — force terminating",
              "Worker 1 cut 2 request(s)",
              "Worker 1 stopped");
      client.readToEnd();
      client.close();
      join(closing);
      assertThat(server.story().of(RequestFailed.class)).hasSize(2);
    }
  }

  @Test
  void shutdown_connectionThatComesLate_isRefused() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      int under = client.get("/hold");
      versions.awaitHeld();
      Thread closing = server.closing();
      client.await(Frame.GOAWAY);
      Client late = connect(server);
      Answer answer = late.answer(late.get("/"));
      assertThat(answer.status()).isEqualTo(503);
      late.pong(late.awaitPing());
      late.readToEnd().close();
      versions.release();
      assertThat(client.whole(under).text()).isEqualTo("version 1 /hold");
      client.close();
      join(closing);
    }
  }

  @Test
  void reload_streamsUnderWay_endOnTheOldVersion_andNewOnesMeetTheNew() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      int under = client.get("/hold");
      versions.awaitHeld();
      assertThat(server.server().reload()).isTrue();
      log.await("Generation 1 draining 1 active request(s)...");
      assertThat(client.whole(client.get("/new")).text()).isEqualTo("version 2 /new");
      assertThat(versions.events()).containsExactly("1 started", "2 started");
      versions.release();
      assertThat(client.whole(under).text()).isEqualTo("version 1 /hold");
      log.await("Generation 1 stopped");
      assertThat(versions.events())
          .containsExactly("1 started", "2 started", "1 stopped", "1 closed");
      assertThat(client.whole(client.get("/newer")).text()).isEqualTo("version 2 /newer");
      assertThat(client.lastGoAway()).isNull();
      client.close();
    }
  }

  @Test
  void reload_streamDoesNotEnd_isCutAlone() throws Exception {
    try (Running server = serve(s -> s.reloadTimeout(Duration.ofMillis(300)))) {
      Client client = connect(server);
      int stuck = client.get("/hold");
      versions.awaitHeld();
      server.server().reload();
      int next = client.post("/next");
      client.data(next, " half").sync();
      assertThat(client.awaitReset(stuck)).isEqualTo(ErrorCode.CANCEL);
      versions.awaitInterrupted();
      log.await("Generation 1 stopped");
      assertThat(log.messages())
          .containsSubsequence(
              "Generation 1 draining 1 active request(s)...",
              "Generation 1 did not stop within reload_timeout (0.3s) — force terminating",
              "Generation 1 cut 1 request(s)",
              "Generation 1 stopped");
      assertThat(client.last(next, " and half").whole(next).text())
          .isEqualTo("version 2 /next half and half");
      assertThat(server.story().of(RequestFailed.class)).hasSize(1);
      client.close();
    }
  }

  /** However a request and a reload cross, it is served, by a version that is there to serve it. */
  @Test
  void reload_againAndAgain_losesNoRequest() throws Exception {
    try (Running server = serve(s -> {})) {
      Client client = connect(server);
      Thread reloads =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 100; i++) {
                  server.server().reload();
                }
              });
      List<Integer> streams = new ArrayList<>();
      while (reloads.isAlive()) {
        for (int i = 0; i < 20; i++) {
          streams.add(client.get("/"));
        }
        for (int stream : streams) {
          assertThat(client.whole(stream).text()).endsWith(" /");
        }
        streams.clear();
      }
      reloads.join();
      client.close();
    }
    assertThat(versions.events()).noneMatch(event -> event.endsWith("though it has stopped"));
  }
}
