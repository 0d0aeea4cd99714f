package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Lifespan;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that serves until it is told to stop, for tests that look at a whole process. Its
 * arguments are settings, as {@code key=value}; {@code shutdown=hang} has its life span never end,
 * {@code tell=uri} has it print where it can be reached.
 */
final class Program {

  private static final CountDownLatch RELEASED = new CountDownLatch(1);
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static final CompletableFuture<Server> SERVER = new CompletableFuture<>();

  private Program() {}

  public static void main(String[] args) throws Exception {
    Builder settings = ServerConfig.builder().port(0);
    boolean hang = false;
    boolean told = false;
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (arg.equals("shutdown=hang")) {
        hang = true;
      } else if (arg.equals("tell=uri")) {
        told = true;
      } else {
        settings.set(arg.substring(0, equals), arg.substring(equals + 1));
      }
    }
    Thread.ofPlatform().daemon(true).start(Program::listen);
    Server server = new Server(settings.build(), application(hang));
    SERVER.complete(server);
    boolean where = told;
    System.exit(
        server.run(uri -> {
          System.out.println("port " + server.port());
          if (where) {
            System.out.println("at " + uri);
          }
        }));
  }

  private static void listen() {
    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
      input.readLine();
    } catch (IOException e) {
      System.out.println(e);
    }
    RELEASED.countDown();
  }

  private static Application application(boolean hang) {
    return Lifespan.around(
        Http.app(Program::handle),
        state -> System.out.println("application started"),
        state -> {
          System.out.println("application stops");
          if (hang) {
            new CountDownLatch(1).await();
          }
          System.out.println("application stopped");
        });
  }

  private static Response handle(Request request) throws Exception {
    switch (request.path()) {
      case "/hold" -> {
        System.out.println("request held");
        RELEASED.await();
        System.out.println("request ended");
      }
      case "/deaf" -> Deaf.make(SERVER.join());
      case "/burn" -> {
        System.out.println("request burns");
        while (true) {
          Thread.onSpinWait();
        }
      }
      case "/upload" -> {
        RELEASED.await();
        return Response.text(Bulk.checksum(request.body()));
      }
      case "/download" -> {
        long length = Long.parseLong(String.valueOf(request.query("length")));
        Response response = Response.stream("application/octet-stream", out -> write(length, out));
        boolean chunked = "true".equals(request.query("chunked"));
        return chunked ? response : response.header("Content-Length", String.valueOf(length));
      }
      case "/progress" -> {
        return Response.text(WRITTEN.toString());
      }
      default -> {}
    }
    return Response.text("hello");
  }

  private static void write(long length, OutputStream out) throws IOException {
    for (long i = 0; i < length / Bulk.BLOCK; i++) {
      out.write(Bulk.block(i));
      WRITTEN.addAndGet(Bulk.BLOCK);
    }
  }
}
