package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which threads serve requests, and who reads meanwhile. */
@Timeout(60)
class TurnTest {

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Holds a request for {@code /hold}; others tell their thread. */
  private final Application app =
      Http.app(request -> {
        if (request.path().equals("/hold")) {
          held.countDown();
          release.await();
        }
        return Response.text(Long.toString(Thread.currentThread().threadId()));
      });

  private static String ask(Client client) throws Exception {
    return client.whole(client.get("/")).text();
  }

  @Test
  void requests_oneAfterTheOther_areServedByTheThreadThatReads() throws Exception {
    try (Running server = Running.serve(app);
        Client client = Client.open(server).sync()) {
      Set<String> threads = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < 100; i++) {
        threads.add(ask(client));
      }
      // a request that comes before its predecessor's thread reads again gets another one
      assertThat(threads).hasSizeLessThan(100);
    }
  }

  @Test
  void frames_whileARequestIsServed_areReadAndOtherRequestsServed() throws Exception {
    try (Running server = Running.serve(app);
        Client client = Client.open(server).sync()) {
      int first = client.get("/hold");
      Await.latch("it is served", held);
      client.sync();
      assertThat(ask(client)).isNotEmpty();
      client.reset(client.post("/"), ErrorCode.CANCEL).sync();
      release.countDown();
      assertThat(client.whole(first).status()).isEqualTo(200);
      assertThat(ask(client)).isNotEmpty();
    }
  }

  @Test
  void client_leavesWhileARequestIsServed_connectionEndsWithIt() throws Exception {
    try (Running server = Running.serve(app, settings -> settings.healthCheckPath("/health"))) {
      try (Client client = Client.open(server).sync()) {
        client.get("/hold");
        Await.latch("it is served", held);
      }
      release.countDown();
      Await.noConnections(server);
    }
  }

  @Test
  void connections_closedWhileTheirReadingIsLeft_endOnceEach() throws Exception {
    int connections = 300;
    release.countDown();
    try (Running server = Running.serve(app)) {
      for (int i = 0; i < connections; i++) {
        try (Client client = Client.open(server).sync()) {
          ask(client);
          client.get("/hold");
        }
      }
      Await.until(
          "all have ended",
          () -> server.story().of(ConnectionCompleted.class).size() >= connections);
      assertThat(server.story().of(ConnectionCompleted.class))
          .extracting(end -> end.connection().connectionId())
          .doesNotHaveDuplicates()
          .hasSize(connections);
    }
  }

  @Test
  void interrupt_thatAnApplicationLeavesBehind_isNotTheNextRequests() throws Exception {
    Application interrupted =
        Http.app(request -> {
          String before = String.valueOf(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
          return Response.text(before);
        });
    try (Running server = Running.serve(interrupted);
        Client client = Client.open(server).sync()) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(client)).isEqualTo("false");
      }
    }
  }

  @Test
  void threadLocal_ofAVersion_isNotSeenByTheNext() throws Exception {
    ThreadLocal<String> kept = new ThreadLocal<>();
    Application keeping =
        Http.app(request -> {
          String before = String.valueOf(kept.get());
          kept.set("kept");
          return Response.text(before);
        });
    Source source = () -> new Version(keeping, new ClassLoader() {}, () -> {});
    try (Running server = Running.serve(source, settings -> {});
        Client client = Client.open(server).sync()) {
      for (int reload = 0; reload < 5; reload++) {
        assertThat(ask(client)).isEqualTo("null");
        server.server().reload();
      }
    }
  }

  @Test
  void reload_connectionThatIsIdle_keepsNothingOfTheVersionBefore() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new CopyOnWriteArrayList<>();
    ThreadLocal<ClassLoader> kept = new ThreadLocal<>();
    Application keeping =
        Http.app(request -> {
          kept.set(Thread.currentThread().getContextClassLoader());
          return Response.text("kept");
        });
    Source source =
        () -> {
          ClassLoader loader = new ClassLoader() {};
          loaders.add(new WeakReference<>(loader));
          return new Version(keeping, loader, () -> {});
        };
    try (Running server =
            Running.serve(source, settings -> settings.keepAliveTimeout(Duration.ofMinutes(1)));
        Client client = Client.open(server).sync()) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(client)).isEqualTo("kept");
      }
      server.server().reload();
      Await.until(
          "the first version's loader is collected",
          () -> {
            System.gc();
            return loaders.getFirst().get() == null;
          });
      assertThat(ask(client)).isEqualTo("kept");
    }
  }
}
