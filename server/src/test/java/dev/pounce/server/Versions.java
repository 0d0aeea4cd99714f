package dev.pounce.server;

import dev.pounce.app.Http;
import dev.pounce.app.Lifespan;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.source.Source;
import dev.pounce.server.source.Version;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Versions of an application, numbered as they are loaded. Each answers with its number and what it
 * was asked for, holds a request for {@code /hold} until it is released, and tells what becomes of
 * it.
 */
public final class Versions implements Source, AutoCloseable {

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final AtomicInteger loads = new AtomicInteger();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  @Override
  public Version load() {
    return version(loads.incrementAndGet());
  }

  /** These versions, but for one, which comes from elsewhere. */
  Source but(int number, Source other) {
    return () -> {
      int next = loads.incrementAndGet();
      return next == number ? other.load() : version(next);
    };
  }

  private Version version(int number) {
    return new Version(
        Lifespan.around(
            Http.app(request -> handle(request, number)),
            state -> events.add(number + " started"),
            state -> events.add(number + " stopped")),
        new ClassLoader() {},
        () -> events.add(number + " closed"));
  }

  private Response handle(Request request, int number) throws Exception {
    if (request.path().equals("/hold")) {
      hold();
    }
    if (events.contains(number + " stopped")) {
      events.add(number + " serves though it has stopped");
    }
    return Response.text("version " + number + " " + request.path() + request.text());
  }

  private void hold() throws InterruptedException {
    held.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  /** Waits until a request is held. */
  public void awaitHeld() throws InterruptedException {
    Await.latch("a request is under way", held);
  }

  /** Waits until a request that is held has been interrupted. */
  public void awaitInterrupted() throws InterruptedException {
    Await.latch("the handler is interrupted", interrupted);
  }

  /** Has the requests that are held go on. */
  public void release() {
    release.countDown();
  }

  /** What has become of the versions so far, and of those that others add. */
  public Queue<String> events() {
    return events;
  }

  @Override
  public void close() {
    release();
  }
}
