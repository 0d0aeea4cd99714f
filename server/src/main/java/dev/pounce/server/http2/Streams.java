package dev.pounce.server.http2;

import dev.pounce.server.exchange.Generation;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection. Only its own thread adds; whoever has written the last octet of one
 * removes it; any thread looks.
 *
 * <p>A stream stays here until its last octet is written and its application has returned, so
 * nothing that is still at work is forgotten in a drain. How many the peer may have at a time is
 * another matter: there a stream counts until its response is on its way whole, or, if it was
 * reset, until its application has returned. So whoever resets what it has asked for, or has the
 * server reset it, gets no more work done at a time than anybody else.
 */
final class Streams {

  private final Shutdown shutdown;
  private final Closed closed = new Closed();
  private final Map<Integer, Stream> all = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();
  private final int most;

  private volatile long idleSince = System.nanoTime();
  private volatile @Nullable Thread awaiting;

  /** At most so many at a time. */
  Streams(Shutdown shutdown, int most) {
    this.shutdown = shutdown;
    this.most = most;
  }

  Collection<Stream> all() {
    return all.values();
  }

  @Nullable Stream get(int id) {
    return all.get(id);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Whether there may not be one more. */
  boolean isFull() {
    return running.get() >= most;
  }

  /** Whether there is just one. */
  boolean isOne() {
    return running.get() == 1;
  }

  /** Those that have ended last. */
  Closed closed() {
    return closed;
  }

  /** Takes a stream in, which is about to be served. */
  void add(Stream stream) {
    all.put(stream.id(), stream);
    running.incrementAndGet();
    stream.admit();
  }

  /** A stream no longer counts among those that the peer may have. */
  void leave() {
    running.decrementAndGet();
  }

  /** Whether somebody is likely to have something to send. */
  boolean isBusy() {
    return running.get() > 0;
  }

  /** A stream that was admitted has ended. */
  void gone(Stream stream) {
    closed.add(stream.id(), stream.isRemoteEnded());
    shutdown.leave();
  }

  /** A stream has ended, and all that was to be said of it is said. */
  void remove(Stream stream, long now) {
    all.remove(stream.id());
    gone(stream);
    if (all.isEmpty()) {
      idleSince = now;
      LockSupport.unpark(awaiting);
    }
  }

  /** Since when there has been none, by {@link System#nanoTime}; while there is none. */
  long idleSince() {
    return idleSince;
  }

  /** Ends them all, without a word to the peer, which is gone. */
  void disconnect() {
    all.values().forEach(Stream::disconnect);
  }

  /** Waits until none is left. */
  void awaitEnd() {
    awaiting = Thread.currentThread();
    boolean interrupted = false;
    while (!all.isEmpty()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether all that was to be sent is on its way. */
  boolean areClosed() {
    return all.values().stream().allMatch(Stream::isClosed);
  }

  int count() {
    return all.size();
  }

  /** How many a generation serves, or may begin to serve. */
  int served(Generation by) {
    int served = 0;
    for (Stream stream : all.values()) {
      served += stream.isServedBy(by) || stream.isPending() ? 1 : 0;
    }
    return served;
  }

  int cut(Generation by, Throwable why) {
    int cut = 0;
    for (Stream stream : all.values()) {
      if (stream.isServedBy(by)) {
        stream.cut(why);
        stream.interrupt();
        cut++;
      }
    }
    return cut;
  }

  void interrupt() {
    all.values().forEach(Stream::interrupt);
  }

  /** What is served on a thread, for people, or null. */
  @Nullable String onThread(long threadId) {
    for (Stream stream : all.values()) {
      if (stream.isOn(threadId)) {
        return stream.toString();
      }
    }
    return null;
  }
}
