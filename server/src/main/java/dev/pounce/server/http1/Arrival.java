package dev.pounce.server.http1;

import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.server.exchange.Journal;
import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.exchange.Timer;
import dev.pounce.server.exchange.Timer.Phase;
import dev.pounce.server.listen.Transport;
import java.io.IOException;

/**
 * How requests come: the wait for the first octet, as a rule without a desk, and for the rest of
 * the head. Used by the connection's thread alone.
 */
final class Arrival {

  private final Connection connection;
  private final Dialogue dialogue;
  private final Timer timer;
  private final Input input;
  private final Transport transport;
  private long began;
  private long completed;
  private boolean expired;
  private boolean partial;

  Arrival(Connection connection, Dialogue dialogue) {
    this.connection = connection;
    this.dialogue = dialogue;
    this.timer = connection.timer();
    this.input = connection.input();
    this.transport = connection.transport();
  }

  /** When the request's first octet was there, by {@link System#nanoTime}. */
  long began() {
    return began;
  }

  /** When its head was complete. */
  long completed() {
    return completed;
  }

  /** Whether a part of a head has been read, and not the rest. */
  boolean isPartial() {
    return partial;
  }

  /** Whether a wait has been ended from outside: it is too late for another request. */
  boolean isExpired() {
    return expired;
  }

  /** What has arrived was answered with a refusal. */
  void refused() {
    partial = false;
  }

  /**
   * Waits for a request's head.
   *
   * @return false if none comes any more
   */
  boolean await() throws IOException, Refusal {
    if (input.available() > 0) {
      began = System.nanoTime();
    } else if (awaitOctets()) {
      began = System.nanoTime();
      waitIn(Phase.HEAD, began);
    } else {
      quit();
      return false;
    }
    Head head = dialogue.desk().head;
    head.reset();
    completed = began;
    while (!parse(head)) {
      partial = head.length() > 0;
      dialogue.flush();
      waitIn(Phase.HEAD, began);
      if (!input.fill(0)) {
        return ended();
      }
      completed = System.nanoTime();
    }
    partial = false;
    return true;
  }

  /** Waits between requests; false at the end of the stream, or of its generation. */
  private boolean awaitOctets() throws IOException {
    dialogue.flush();
    boolean rests = input.rest();
    if (dialogue.requests() > 0 && timer.phase() != Phase.IDLE) {
      timer.enter(Phase.IDLE, System.nanoTime());
    }
    transport.idle(true);
    while (rests) {
      dialogue.leaveDesk();
      input.awaitOctets();
      if (connection.isForgotten()) {
        return false;
      }
      dialogue.desk();
      rests = !input.poll() && input.rest();
    }
    dialogue.desk();
    boolean come = input.available() > 0 || input.fill(0) && input.available() > 0;
    transport.idle(false);
    return come;
  }

  /** Nothing has come: the client has closed, or its time was up, or a drain has ended it. */
  void quit() {
    Journal journal = connection.journal();
    if (journal != null && transport.isIdleEnded()) {
      journal.because(
          connection.service().standing().closing()
              ? ConnectionCompleted.Reason.COMPLETE
              : ConnectionCompleted.Reason.TIMEOUT);
    }
  }

  private boolean parse(Head head) throws Refusal {
    if (head.length() == 0 && !input.skipEmptyLines()) {
      return false;
    }
    return head.parse(input.octets(), input.from(), input.to());
  }

  /**
   * Enters a phase; if the one before has been ended from outside, that is noted.
   *
   * @return whether it has
   */
  boolean waitIn(Phase phase, long since) {
    boolean late = timer.exchange(phase, since) == Phase.CLOSING;
    expired |= late;
    return late;
  }

  private boolean ended() throws Refusal {
    if (expired || timer.phase() == Phase.CLOSING) {
      throw Refusal.timeout(408, "the head of the request did not arrive in time");
    }
    return false;
  }
}
