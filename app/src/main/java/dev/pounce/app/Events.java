package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Where an {@link Response.EventWriter} sends its events to. Each one goes to the client at once.
 */
public final class Events {

  private final OutputStream out;

  Events(OutputStream out) {
    this.out = out;
  }

  /**
   * Sends an event with data alone. Text of several lines stays one event.
   *
   * @throws DisconnectedException if the client has left
   */
  public void send(String data) throws IOException {
    StringBuilder text = new StringBuilder();
    data(text, data);
    write(text);
  }

  /**
   * Sends an event with a type.
   *
   * @throws IllegalArgumentException if the type has a line break
   * @throws DisconnectedException if the client has left
   */
  public void send(String type, String data) throws IOException {
    StringBuilder text = new StringBuilder();
    line(text, "event", type);
    data(text, data);
    write(text);
  }

  /**
   * Sends an event with a type and an ID, which a client names when it comes back.
   *
   * @throws IllegalArgumentException if type or ID has a line break or NUL
   * @throws DisconnectedException if the client has left
   */
  public void send(String type, String id, String data) throws IOException {
    StringBuilder text = new StringBuilder();
    line(text, "event", type);
    line(text, "id", id);
    data(text, data);
    write(text);
  }

  /**
   * Sends a comment, which clients ignore: it keeps proxies from closing a quiet stream.
   *
   * @throws DisconnectedException if the client has left
   */
  public void comment(String comment) throws IOException {
    StringBuilder text = new StringBuilder();
    line(text, "", comment);
    write(text);
  }

  private static void line(StringBuilder text, String field, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException(
            "event " + field + ": has a line break or NUL (expected: one line)");
      }
    }
    text.append(field).append(": ").append(value).append('\n');
  }

  private static void data(StringBuilder text, String data) {
    for (String line : data.split("\\r\\n|\\r|\\n", -1)) {
      text.append("data: ").append(line).append('\n');
    }
  }

  private void write(StringBuilder text) throws IOException {
    out.write(text.append('\n').toString().getBytes(UTF_8));
  }
}
