package dev.pounce.cli.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an application's versions when others have taken their place. */
@Timeout(120)
class LeakTest {

  private static final int RELOADS = 100;
  private static final int WARM = 20;
  private static final int IDLE = 8;
  private static final int ASKING = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Less than a tenth of what the classes of 80 versions take. */
  private static final long TOLERANCE = 1_000_000;

  private static final String FAST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Takes so long that its connection is watched, and the watcher waits on when it is idle. */
  private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Leaves what a thread can keep: values of a version's own classes. */
  private static final String SOURCE =
      """
      import dev.pounce.app.*;

      static final ThreadLocal<Own> KEPT = new ThreadLocal<>();
      static final InheritableThreadLocal<Own> PASSED_ON = new InheritableThreadLocal<>();

      record Own(int number) {}

      Application app = Http.app(request -> {
        if (request.path().equals("/slow")) {
          Thread.sleep(300);
        }
        KEPT.set(new Own(1));
        PASSED_ON.set(new Own(2));
        return Response.text(KEPT.get() + " " + PASSED_ON.get());
      });
      """;

  private static final String ANSWER = "Own[number=1] Own[number=2]";

  private final Logger said = Logger.getLogger("pounce");
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean ending;

  @BeforeEach
  void beQuiet() {
    said.setLevel(Level.WARNING);
  }

  @AfterEach
  void speakAgain() {
    said.setLevel(null);
  }

  private Source source(Path folder) throws IOException {
    String file = new Workshop(folder).source("App.java", SOURCE).toString();
    CompileCache cache = CompileCache.in(folder.resolve("cache"));
    return () -> {
      Version version = Workshop.load(cache, file).version();
      loaders.add(new WeakReference<>(version.loader()));
      return version;
    };
  }

  private static Server server(Source source, LogWriter log) {
    return new Server(
        ServerConfig.builder().port(0).keepAliveTimeout(Duration.ofMinutes(5)).build(),
        source,
        log);
  }

  private static String ask(RawClient client, String request) throws IOException {
    return client.send(request).readResponse().text();
  }

  private void askAndAsk(int port) {
    try (RawClient client = RawClient.connect(port, PATIENCE)) {
      while (!ending) {
        assertThat(ask(client, FAST)).isEqualTo(ANSWER);
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private long alive() {
    System.gc();
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  private static long metaspace() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getName().equals("Metaspace")) {
        return pool.getUsage().getUsed();
      }
    }
    throw new AssertionError("no metaspace");
  }

  @Test
  void reload_aHundredTimesUnderLoad_failsNoRequestAndLeavesNothingBehind(@TempDir Path folder)
      throws Exception {
    List<RawClient> idle = new ArrayList<>();
    List<Thread> asking = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    long warm = 0;
    try (LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server = server(source(folder), log)) {
      server.start();
      for (int i = 0; i < ASKING; i++) {
        asking.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                .start(() -> askAndAsk(server.port())));
      }
      for (int reload = 1; reload <= RELOADS; reload++) {
        if (reload % (RELOADS / IDLE) == 0) {
          RawClient client = RawClient.connect(server.port(), PATIENCE);
          idle.add(client);
          assertThat(ask(client, idle.size() % 2 == 0 ? FAST : SLOW)).isEqualTo(ANSWER);
        }
        int before = answered.get();
        assertThat(server.reload()).isTrue();
        await("requests go on", () -> answered.get() > before + ASKING || !failures.isEmpty());
        if (reload == WARM) {
          await("only the version that serves is left", () -> alive() == 1);
          warm = metaspace();
        }
      }
      assertThat(failures).isEmpty();
      await("only the version that serves is left", () -> alive() == 1);
      assertThat(loaders).hasSize(RELOADS + 1);
      assertThat(metaspace()).isLessThan(warm + TOLERANCE);
      for (RawClient client : idle) {
        assertThat(ask(client, FAST)).as("on a connection that was idle").isEqualTo(ANSWER);
      }
    } finally {
      ending = true;
      for (Thread thread : asking) {
        thread.join();
      }
      for (RawClient client : idle) {
        client.close();
      }
    }
  }
}
