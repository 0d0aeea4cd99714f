package dev.pounce.server;

import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Lifespan;
import dev.pounce.app.LifespanScope;
import dev.pounce.app.LifespanShutdown;
import dev.pounce.app.LifespanShutdownComplete;
import dev.pounce.app.LifespanShutdownFailed;
import dev.pounce.app.LifespanStartup;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.LifespanStartupFailed;
import dev.pounce.app.Outbound;
import dev.pounce.app.Response;
import dev.pounce.app.Send;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The application's life span within the server's. */
@Timeout(60)
class LifespanTest {

  private static final Application RIGHT =
      Http.app(request -> Response.text("right " + request.path()));

  private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();
  @AutoClose private final ServerLog log = ServerLog.open();

  /** What an application does with its life span; requests are answered right. */
  private static Application living(Application life) {
    return (scope, receive, send) ->
        (scope instanceof LifespanScope ? life : RIGHT).handle(scope, receive, send);
  }

  private static void assertServes(Running running) throws IOException {
    try (RawClient client = running.connect()) {
      assertRight(client.send(NEXT).readResponse());
    }
  }

  private static Exception refusalOf(Send send, Outbound message) throws IOException {
    try {
      send.send(message);
      return new Exception("it was taken");
    } catch (ContractException e) {
      return e;
    }
  }

  @Test
  void lifespan_ofARunningServer_isOneCallAroundAllRequests() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            steps.add("request");
            RIGHT.handle(scope, receive, send);
          } else {
            steps.add("called with " + scope.getClass().getSimpleName());
            steps.add(receive.receive().toString());
            send.send(new LifespanStartupComplete());
            steps.add(receive.receive().toString());
            send.send(new LifespanShutdownComplete());
          }
        };
    try (Running running = Running.serve(app)) {
      assertServes(running);
      assertServes(running);
    }
    assertThat(steps)
        .containsExactly(
            "called with LifespanScope",
            "LifespanStartup[]",
            "request",
            "request",
            "LifespanShutdown[]");
  }

  @Test
  void startup_notComplete_serverIsNotStarted() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Application app =
        Lifespan.around(
            RIGHT,
            state -> {
              steps.add("begun");
              Await.latch("start-up may end", goOn);
            },
            state -> {});
    BlockingQueue<Running> started = new LinkedBlockingQueue<>();
    Thread starting =
        Thread.startVirtualThread(() -> {
          try {
            started.add(Running.serve(app));
          } catch (StartupException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(steps.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");
    assertThat(started.poll(150, TimeUnit.MILLISECONDS)).isNull();
    goOn.countDown();
    try (Running running = started.poll(10, TimeUnit.SECONDS)) {
      assertServes(running);
    }
    starting.join();
  }

  @Test
  void state_storedAtStartup_isInEveryRequest() throws Exception {
    Application app =
        Lifespan.around(
            Http.app(request -> Response.text(String.valueOf(request.state()))),
            state -> state.put("db", "open"),
            state -> {});
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      assertThat(client.send(NEXT).readResponse().text()).isEqualTo("{db=open}");
      assertThat(client.send(NEXT).readResponse().text()).isEqualTo("{db=open}");
    }
  }

  @Test
  void state_inARequest_canNotBeChanged() throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    Application app =
        Lifespan.around(
            Http.app(request -> {
              for (Runnable change :
                  List.<Runnable>of(
                      () -> request.state().put("a", 1),
                      () -> request.state().remove("db"),
                      () -> request.state().clear())) {
                try {
                  change.run();
                } catch (UnsupportedOperationException e) {
                  thrown.add(e);
                }
              }
              return Response.text(String.valueOf(request.state()));
            }),
            state -> state.put("db", "open"),
            state -> {});
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      assertThat(client.send(NEXT).readResponse().text()).isEqualTo("{db=open}");
      assertThat(thrown).hasSize(3);
    }
  }

  @Test
  void state_withoutALifespan_isEmpty() throws Exception {
    try (Running running =
            Running.serve(Http.app(request -> Response.text(String.valueOf(request.state()))));
        RawClient client = running.connect()) {
      assertThat(client.send(NEXT).readResponse().text()).isEqualTo("{}");
    }
  }

  @Test
  void shutdown_requestUnderWay_comesAfterItsEnd() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Application app =
        Lifespan.around(
            Http.app(request -> {
              begun.countDown();
              Await.latch("the request may end", goOn);
              steps.add("request ends");
              return Response.text("right " + request.path());
            }),
            state -> {},
            state -> steps.add("shutdown"));
    Running running = Running.serve(app);
    Thread closing;
    try (RawClient client = running.connect()) {
      client.send(NEXT);
      Await.latch("the request has begun", begun);
      closing = Thread.startVirtualThread(running::close);
      Await.until(
          "the server drains",
          () -> log.messages().stream().anyMatch(line -> line.contains("draining 1 active")));
      assertThat(steps).isEmpty();
      goOn.countDown();
      assertRight(client.readResponse());
    }
    closing.join();
    assertThat(steps).containsExactly("request ends", "shutdown");
  }

  @Test
  void startup_failedMessage_isTheStartupException() throws Exception {
    Application app =
        living((scope, receive, send) -> {
          receive.receive();
          send.send(new LifespanStartupFailed("no database at db:5432"));
        });
    assertThatThrownBy(() -> Running.serve(app))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("no database at db:5432");
  }

  @Test
  void startup_failed_freesThePort() throws Exception {
    int port = freePort();
    Application app =
        living((scope, receive, send) -> {
          receive.receive();
          send.send(new LifespanStartupFailed("no"));
        });
    assertThatThrownBy(() -> Running.serve(app, settings -> settings.port(port)))
        .isInstanceOf(StartupException.class);
    assertThatThrownBy(() -> RawClient.connect(port).close()).isInstanceOf(ConnectException.class);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  @Test
  void startup_failedAndThenReceives_isNotLeftWaiting() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    Application app =
        living((scope, receive, send) -> {
          threads.add(Thread.currentThread());
          receive.receive();
          send.send(new LifespanStartupFailed("no"));
          receive.receive();
        });
    assertThatThrownBy(() -> Running.serve(app)).isInstanceOf(StartupException.class);
    assertThat(threads.take().join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void startup_throwsAfterReceiving_isTheStartupExceptionWithItsCause() {
    IOException failure = new IOException("no database");
    Application app =
        living((scope, receive, send) -> {
          receive.receive();
          throw failure;
        });
    assertThatThrownBy(() -> Running.serve(app))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("no database")
        .hasRootCause(failure);
  }

  @Test
  void startup_raisesAnError_isTheStartupExceptionToo() {
    AssertionError failure = new AssertionError("broken");
    Application app =
        Lifespan.around(
            RIGHT,
            state -> {
              throw failure;
            },
            state -> {});
    assertThatThrownBy(() -> Running.serve(app))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("broken")
        .hasRootCause(failure);
  }

  @Test
  void lifespan_throwsBeforeReceiving_isNone() throws Exception {
    Application app =
        living((scope, receive, send) -> {
          throw new IllegalArgumentException("what is a life span?");
        });
    try (Running running = Running.serve(app)) {
      assertServes(running);
    }
    assertThat(Site.errors(log)).isEmpty();
  }

  @Test
  void lifespan_returnsBeforeReceiving_isNone() throws Exception {
    try (Running running = Running.serve(living((scope, receive, send) -> {}))) {
      assertServes(running);
    }
    assertThat(Site.errors(log)).isEmpty();
  }

  @Test
  void shutdown_failedMessage_isLogged() throws Exception {
    Application app =
        living((scope, receive, send) -> {
          receive.receive();
          send.send(new LifespanStartupComplete());
          receive.receive();
          send.send(new LifespanShutdownFailed("could not flush"));
        });
    Running.serve(app).close();
    assertThat(Site.awaitError(log).getMessage()).contains("could not flush");
  }

  @Test
  void shutdown_throws_isLoggedWithItsStackTrace() throws Exception {
    IOException failure = new IOException("could not flush");
    Application app =
        Lifespan.around(
            RIGHT,
            state -> {},
            state -> {
              throw failure;
            });
    Running.serve(app).close();
    assertThat(Site.awaitError(log).getThrown()).isSameAs(failure);
  }

  @Test
  void shutdown_takesTooLong_isLoggedAndInterrupted() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Application app =
        Lifespan.around(
            RIGHT,
            state -> {},
            state -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                steps.add("interrupted");
              }
            });
    Running.serve(app, settings -> settings.shutdownTimeout(Duration.ofMillis(200))).close();
    assertThat(Site.awaitError(log).getMessage()).contains("in time");
    assertThat(steps.poll(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
  }

  @Test
  void lifespan_throwsWhileTheServerServes_isLoggedAndTheServerGoesOn() throws Exception {
    CountDownLatch die = new CountDownLatch(1);
    IOException failure = new IOException("lost the database");
    Application app =
        living((scope, receive, send) -> {
          receive.receive();
          send.send(new LifespanStartupComplete());
          Await.latch("it is time to die", die);
          throw failure;
        });
    try (Running running = Running.serve(app)) {
      die.countDown();
      LogRecord entry = Site.awaitError(log);
      assertThat(entry.getThrown()).isSameAs(failure);
      assertServes(running);
    }
  }

  @Test
  void messages_outOfTurn_areRefusedByTheRule() throws Exception {
    BlockingQueue<Exception> refused = new LinkedBlockingQueue<>();
    Application app =
        living((scope, receive, send) -> {
          refused.add(refusalOf(send, new LifespanStartupComplete()));
          Inbound startup = receive.receive();
          assertThat(startup).isEqualTo(new LifespanStartup());
          refused.add(refusalOf(send, new LifespanShutdownComplete()));
          refused.add(refusalOf(send, Site.ok()));
          send.send(new LifespanStartupComplete());
          refused.add(refusalOf(send, new LifespanStartupComplete()));
          refused.add(refusalOf(send, new LifespanStartupFailed("late")));
          refused.add(refusalOf(send, new LifespanShutdownComplete()));
          assertThat(receive.receive()).isEqualTo(new LifespanShutdown());
          refused.add(refusalOf(send, new LifespanStartupComplete()));
          send.send(new LifespanShutdownComplete());
        });
    try (Running running = Running.serve(app)) {
      assertServes(running);
    }
    assertThat(refused)
        .hasSize(7)
        .allSatisfy(exception ->
            assertThat(exception)
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("life span"));
    assertThat(refused.peek()).hasMessageContaining("LifespanStartupComplete");
    assertThat(Site.errors(log)).isEmpty();
  }
}
