package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.ConnectionEvent;
import dev.pounce.observe.ConnectionOpened;
import dev.pounce.observe.DrainCompleted;
import dev.pounce.observe.DrainStarted;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.LifecycleEvent;
import dev.pounce.observe.Protocol;
import dev.pounce.observe.ReloadCompleted;
import dev.pounce.observe.RequestFailed;
import dev.pounce.observe.RequestRejected;
import dev.pounce.observe.RequestStarted;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.observe.WorkerReplaced;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The events of a server, to be held against what is promised of them. */
public final class Story implements LifecycleCollector {

  private final List<LifecycleEvent> events = new ArrayList<>();
  private final Map<Object, AtomicInteger> speaking = new ConcurrentHashMap<>();
  private int interrupted;

  @Override
  public void record(LifecycleEvent event) {
    Object speaker = speaker(event);
    AtomicInteger voices = speaking.computeIfAbsent(speaker, _ -> new AtomicInteger());
    boolean alone = voices.incrementAndGet() == 1;
    synchronized (events) {
      events.add(event);
      interrupted += alone || speaker.equals(0L) ? 0 : 1;
    }
    voices.decrementAndGet();
  }

  /** A connection; over HTTP/2, where requests go on at the same time, one of those. */
  private static Object speaker(LifecycleEvent event) {
    return switch (event) {
      case RequestStarted of when of.protocol() == Protocol.H2 -> of;
      case ResponseCompleted of when of.request().protocol() == Protocol.H2 -> of.request();
      case RequestFailed of when of.request().protocol() == Protocol.H2 -> of.request();
      case ClientDisconnected of
          when of.request() != null && of.request().protocol() == Protocol.H2 ->
          of.request();
      case RequestRejected of -> of.requestId();
      case ConnectionEvent of -> of.connectionId();
      default -> 0L;
    };
  }

  /** All events so far, in the order in which they came. */
  public List<LifecycleEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** The events of one kind so far. */
  public <E extends LifecycleEvent> List<E> of(Class<E> kind) {
    return events().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits for an event of a kind, and gives the first. */
  public <E extends LifecycleEvent> E await(Class<E> kind) throws Exception {
    Await.until("a " + kind.getSimpleName(), () -> !of(kind).isEmpty());
    return of(kind).getFirst();
  }

  /** Waits for the end of a connection, and gives what the first one ended by. */
  public ConnectionCompleted.Reason end() throws Exception {
    return await(ConnectionCompleted.class).reason();
  }

  /** The names of the events so far, of connections alone, in order. */
  public List<String> names() {
    return events().stream()
        .filter(ConnectionEvent.class::isInstance)
        .map(event -> event.getClass().getSimpleName())
        .toList();
  }

  /** Holds every connection's story against the promise; for a server that has stopped. */
  public void assertPromiseKept() {
    Map<Long, List<ConnectionEvent>> stories = new ConcurrentHashMap<>();
    for (LifecycleEvent event : events()) {
      switch (event) {
        case ConnectionEvent of ->
            stories.computeIfAbsent(of.connectionId(), _ -> new ArrayList<>()).add(of);
        case DrainStarted _, DrainCompleted _, WorkerReplaced _, ReloadCompleted _ -> {}
      }
    }
    assertThat(interrupted).as("events of a connection at the same time").isZero();
    stories.values().forEach(Story::assertWhole);
  }

  private static void assertWhole(List<ConnectionEvent> story) {
    assertThat(story.getFirst()).as("%s", story).isInstanceOf(ConnectionOpened.class);
    assertThat(story.getLast()).as("%s", story).isInstanceOf(ConnectionCompleted.class);
    Collection<RequestStarted> open = new ArrayList<>();
    int opened = 0;
    int completed = 0;
    long served = 0;
    long bytes = 0;
    for (ConnectionEvent event : story) {
      switch (event) {
        case ConnectionOpened _ -> opened++;
        case ConnectionCompleted _ -> completed++;
        case RequestStarted started -> open.add(started);
        case ResponseCompleted response -> {
          assertEnds(open, response.request(), story);
          served++;
          bytes += response.bytesSent();
        }
        case RequestFailed failed -> {
          assertEnds(open, failed.request(), story);
          bytes += failed.bytesSent();
        }
        case ClientDisconnected left -> {
          if (left.request() != null) {
            assertEnds(open, left.request(), story);
          }
          bytes += left.bytesSent();
        }
        case RequestRejected rejected -> bytes += rejected.bytesSent();
      }
    }
    assertThat(open).as("requests without an end in %s", story).isEmpty();
    assertThat(opened).as("openings in %s", story).isEqualTo(1);
    assertThat(completed).as("ends in %s", story).isEqualTo(1);
    ConnectionCompleted end = (ConnectionCompleted) story.getLast();
    assertThat(end.requestsServed()).as("requests served in %s", story).isEqualTo(served);
    assertThat(end.totalBytesSent()).as("bytes sent in %s", story).isEqualTo(bytes);
  }

  private static void assertEnds(
      Collection<RequestStarted> open, RequestStarted request, List<ConnectionEvent> story) {
    boolean was = open.removeIf(started -> started == request);
    assertThat(was).as("%s ends once, after it has begun, in %s", request, story).isTrue();
  }
}
