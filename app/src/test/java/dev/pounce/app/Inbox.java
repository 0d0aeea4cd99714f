package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Gives the messages it was made of, one by one; asking for more is an error of the test. */
final class Inbox implements Receive {

  private final Queue<Inbound> messages;

  private Inbox(List<Inbound> messages) {
    this.messages = new ArrayDeque<>(messages);
  }

  static Inbox of(Inbound... messages) {
    return new Inbox(List.of(messages));
  }

  static HttpRequest piece(String text) {
    return new HttpRequest(text.getBytes(UTF_8), true);
  }

  static HttpRequest last(String text) {
    return new HttpRequest(text.getBytes(UTF_8), false);
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  @Override
  public Inbound receive() {
    Inbound next = messages.poll();
    if (next == null) {
      throw new AssertionError("nothing more was to be received");
    }
    return next;
  }
}
