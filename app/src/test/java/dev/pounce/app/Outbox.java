package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Keeps what is sent to it, and refuses the message it is told to. */
final class Outbox implements Send {

  private final List<Outbound> messages = new ArrayList<>();
  private final Predicate<Outbound> refused;

  private Outbox(Predicate<Outbound> refused) {
    this.refused = refused;
  }

  static Outbox open() {
    return new Outbox(message -> false);
  }

  /** The client has gone before such a message. */
  static Outbox refusing(Predicate<Outbound> refused) {
    return new Outbox(refused);
  }

  @Override
  public void send(Outbound message) throws IOException {
    if (refused.test(message)) {
      throw new DisconnectedException("the client is gone");
    }
    messages.add(message instanceof HttpResponseBody piece ? copy(piece) : message);
  }

  /** A sender may use its array again. */
  private static HttpResponseBody copy(HttpResponseBody piece) {
    int end = piece.offset() + piece.length();
    return new HttpResponseBody(
        Arrays.copyOfRange(piece.body(), piece.offset(), end), piece.moreBody());
  }

  List<Outbound> messages() {
    return messages;
  }

  HttpResponseStart start() {
    return (HttpResponseStart) messages.getFirst();
  }

  List<HttpResponseBody> pieces() {
    return messages.stream()
        .filter(HttpResponseBody.class::isInstance)
        .map(HttpResponseBody.class::cast)
        .toList();
  }

  byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    pieces().forEach(piece -> whole.writeBytes(piece.body()));
    return whole.toByteArray();
  }

  String text() {
    return new String(bytes(), UTF_8);
  }
}
