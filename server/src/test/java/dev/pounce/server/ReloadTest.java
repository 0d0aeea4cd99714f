package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Lifespan;
import dev.pounce.app.Response;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.server.config.Builder;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that is replaced by a newer version while it serves. */
@Timeout(60)
class ReloadTest {

  @AutoClose private final Versions versions = new Versions();
  @AutoClose private final ServerLog log = ServerLog.open();

  private Running serve(Consumer<Builder> settings) throws StartupException {
    return serve(versions, settings);
  }

  private Running serve(Source source, Consumer<Builder> settings) throws StartupException {
    return Running.serve(source, settings.andThen(s -> s.keepAliveTimeout(Duration.ofSeconds(30))));
  }

  private static String ask(RawClient client) throws IOException {
    return client.send(get("/")).readResponse().text();
  }

  @Test
  void reload_newConnection_meetsTheNewVersion() throws Exception {
    try (Running server = serve(settings -> {})) {
      assertThat(server.server().reload()).isTrue();
      try (RawClient client = server.connect()) {
        assertThat(ask(client)).isEqualTo("version 2 /");
      }
    }
  }

  @Test
  void reload_openConnection_staysOpenAndMeetsTheNewVersion() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect()) {
      for (int number = 1; number <= 5; number++) {
        assertThat(ask(client)).isEqualTo("version " + number + " /");
        assertThat(ask(client)).isEqualTo("version " + number + " /");
        server.server().reload();
      }
    }
  }

  @Test
  void reload_requestUnderWay_isAnsweredByTheVersionThatBeganIt() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect().send(get("/hold"))) {
      versions.awaitHeld();
      server.server().reload();
      log.await("Generation 1 draining 1 active request(s)...");
      assertThat(versions.events()).containsExactly("1 started", "2 started");
      versions.release();
      assertThat(client.readResponse().text()).isEqualTo("version 1 /hold");
      assertThat(ask(client)).isEqualTo("version 2 /");
      log.await("Generation 1 stopped");
      assertThat(versions.events())
          .containsExactly("1 started", "2 started", "1 stopped", "1 closed");
    }
    assertThat(versions.events()).endsWith("2 stopped", "2 closed");
  }

  @Test
  void reload_nothingUnderWay_isLogged() throws Exception {
    try (Running server = serve(settings -> {})) {
      server.server().reload();
      log.await("Generation 1 stopped");
      assertThat(log.messages().stream().map(line -> line.replaceAll("\\d+ ms", "N ms")))
          .containsSubsequence(
              "Reload requested — reloading, generation 1 serves meanwhile",
              "Generation 2 serves (N ms)",
              "Generation 1 shutting down (no active requests)",
              "Generation 1 stopped");
    }
  }

  @Test
  void reload_wellOrNot_isAnEventThatTellsWhichServesAndWhyNotTheNext() throws Exception {
    Source source =
        versions.but(
            2,
            () -> {
              throw new IOException("not to be loaded");
            });
    try (Running server = serve(source, settings -> {})) {
      Instant before = Instant.now();
      server.server().reload();
      server.server().reload();
      Instant after = Instant.now();

      List<ReloadCompleted> reloads = server.story().of(ReloadCompleted.class);
      assertThat(reloads)
          .extracting(ReloadCompleted::generation, ReloadCompleted::failure)
          .containsExactly(tuple(1, "not to be loaded"), tuple(2, null));
      assertThat(reloads)
          .allSatisfy(reload -> {
            assertThat(reload.duration()).isPositive();
            assertThat(reload.timestamp()).isBetween(before.minusMillis(1), after.plusMillis(1));
          });
    }
  }

  @Test
  void reload_requestDoesNotEndInTime_isCut() throws Exception {
    try (Running server = serve(settings -> settings.reloadTimeout(Duration.ofMillis(300)));
        RawClient stuck = server.connect().send(get("/hold"));
        RawClient other = server.connect()) {
      versions.awaitHeld();
      server.server().reload();
      assertThat(stuck.readAll()).isEmpty();
      versions.awaitInterrupted();
      log.await("Generation 1 stopped");
      assertThat(log.messages())
          .containsSubsequence(
              "Generation 1 draining 1 active request(s)...",
              "Generation 1 did not stop within reload_timeout (0.3s) — force terminating",
              "Generation 1 cut 1 request(s)",
              "Generation 1 stopped");
      assertThat(ask(other)).isEqualTo("version 2 /");
    }
  }

  @Test
  void reload_versionCannotBeLoaded_leavesTheOldOneServing() throws Exception {
    Source source =
        versions.but(
            2,
            () -> {
              throw new IOException("Hello.java:1: error: ';' expected");
            });
    try (Running server = serve(source, settings -> {});
        RawClient client = server.connect()) {
      assertThat(server.server().reload()).isFalse();
      assertThat(ask(client)).isEqualTo("version 1 /");
      assertThat(log.messages())
          .contains("Reload failed, generation 1 serves on: Hello.java:1: error: ';' expected");
      assertThat(server.server().reload()).isTrue();
      assertThat(ask(client)).isEqualTo("version 3 /");
    }
  }

  @Test
  void reload_versionDoesNotStart_leavesTheOldOneServing() throws Exception {
    Application broken =
        Lifespan.around(
            Http.app(request -> Response.text("broken")),
            state -> {
              throw new IllegalStateException("no database");
            },
            state -> {});
    Source source =
        versions.but(
            2,
            () ->
                new Version(
                    broken, new ClassLoader() {}, () -> versions.events().add("broken closed")));
    try (Running server = serve(source, settings -> {});
        RawClient client = server.connect()) {
      assertThat(server.server().reload()).isFalse();
      assertThat(ask(client)).isEqualTo("version 1 /");
      assertThat(log.messages())
          .anyMatch(line ->
              line.startsWith("Reload failed, generation 1 serves on: ")
                  && line.contains("no database"));
      assertThat(versions.events()).containsExactly("1 started", "broken closed");
    }
  }

  @Test
  void reload_applicationGivenAsAnObject_isRefused() throws Exception {
    try (Running server = Running.serve(Http.app(request -> Response.text("only")));
        RawClient client = server.connect()) {
      assertThat(server.server().reload()).isFalse();
      assertThat(log.messages()).anyMatch(line -> line.contains("was given as an object"));
      assertThat(ask(client)).isEqualTo("only");
    }
  }

  @Test
  void handler_contextClassLoader_isItsVersions() throws Exception {
    List<ClassLoader> loaders = List.of(new ClassLoader() {}, new ClassLoader() {});
    Queue<ClassLoader> seen = new ConcurrentLinkedQueue<>();
    Application app =
        Http.app(request -> {
          seen.add(Thread.currentThread().getContextClassLoader());
          return Response.text("");
        });
    Iterator<ClassLoader> next = loaders.iterator();
    Source source = () -> new Version(app, next.next(), () -> {});
    try (Running server = serve(source, settings -> {});
        RawClient client = server.connect()) {
      ask(client);
      server.server().reload();
      ask(client);
    }
    assertThat(seen).containsExactlyElementsOf(loaders);
  }

  @Test
  void handler_threadLocalOfAVersion_isNotSeenByTheNext() throws Exception {
    ThreadLocal<String> kept = new ThreadLocal<>();
    Application app =
        Http.app(request -> {
          String before = String.valueOf(kept.get());
          kept.set("kept");
          return Response.text(before);
        });
    Source source = () -> new Version(app, new ClassLoader() {}, () -> {});
    try (Running server = serve(source, settings -> {});
        RawClient client = server.connect()) {
      assertThat(ask(client)).isEqualTo("null");
      assertThat(ask(client)).isEqualTo("kept");
      server.server().reload();
      assertThat(ask(client)).isEqualTo("null");
    }
  }

  @Test
  void close_duringAReloadsDrain_waitsForTheRequestOfTheOldVersion() throws Exception {
    try (Running server = serve(settings -> {});
        RawClient client = server.connect().send(get("/hold"))) {
      versions.awaitHeld();
      server.server().reload();
      Thread closing = server.closing();
      log.await("Worker 1 draining 1 active connection(s)...");
      versions.release();
      assertThat(client.readResponse().text()).isEqualTo("version 1 /hold");
      client.close();
      closing.join();
      assertThat(versions.events())
          .containsSubsequence("1 stopped", "1 closed", "2 stopped", "2 closed");
    }
  }

  @Test
  void reload_afterClose_isRefused() throws Exception {
    List<String> after = new ArrayList<>();
    try (Running server = serve(settings -> {})) {
      server.close();
      assertThat(server.server().reload()).isFalse();
      after.addAll(versions.events());
    }
    assertThat(after)
        .containsExactly(
            "1 started", "1 stopped", "1 closed", "2 started", "2 stopped", "2 closed");
  }
}
