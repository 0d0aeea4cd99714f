package dev.pounce.server.fleet;

import dev.pounce.app.Http;
import dev.pounce.app.Lifespan;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The application of a worker process. Its version is the text in a file, which also says what is
 * wrong with it: {@code no load}, {@code no start}, {@code dies}, or {@code 1 waits}: in worker 1
 * it starts only when there is a file {@code go}. It speaks to standard error, which outlives the
 * supervisor.
 */
record Shop(Path folder, int worker) implements Source {

  private static final Duration BETWEEN_PIECES = Duration.ofMillis(5);

  static Path version(Path folder) {
    return folder.resolve("version");
  }

  /** With which streams end, and a start goes on that waits. */
  static Path go(Path folder) {
    return folder.resolve("go");
  }

  /** With which the application's end never comes. */
  static Path stay(Path folder) {
    return folder.resolve("stay");
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public Version load() throws IOException {
    String version = Files.readString(version(folder));
    switch (version) {
      case "no load" -> throw new IOException("not to be loaded");
      case "dies" -> Runtime.getRuntime().halt(3);
      default -> {}
    }
    return Version.of(
        Lifespan.around(
            Http.app(request -> handle(request, version)),
            state -> start(version),
            state -> stop()));
  }

  private void stop() throws InterruptedException {
    if (Files.exists(stay(folder))) {
      new CountDownLatch(1).await();
    }
    System.err.println("application stopped in " + pid());
  }

  private void start(String version) throws IOException {
    if (version.equals("no start")) {
      throw new IOException("not to be started");
    }
    if (version.equals(worker + " waits")) {
      System.err.println("application waits in " + pid());
      while (!Files.exists(go(folder))) {
        LockSupport.parkNanos(BETWEEN_PIECES.toNanos());
      }
    }
    System.err.println("application started in " + pid());
  }

  private Response handle(Request request, String version) throws IOException {
    return switch (request.path()) {
      case "/pid" -> Response.text(String.valueOf(pid()));
      case "/version" -> Response.text(version);
      case "/upload" -> {
        System.err.println("upload in " + pid());
        yield Response.text(request.body().readAllBytes().length + " bytes");
      }
      case "/stream" -> {
        System.err.println("stream in " + pid());
        yield Response.stream("text/plain", this::stream);
      }
      default -> Response.text("hello");
    };
  }

  private void stream(OutputStream out) throws IOException {
    while (!Files.exists(go(folder))) {
      out.write('.');
      out.flush();
      LockSupport.parkNanos(BETWEEN_PIECES.toNanos());
    }
    out.write('!');
  }
}
