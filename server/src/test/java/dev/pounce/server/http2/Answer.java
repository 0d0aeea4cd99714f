package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server has answered on a stream, so far or whole. */
final class Answer {

  private final List<List<String>> heads = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean ended;
  private @Nullable ErrorCode reset;

  void head(List<String> fields) {
    heads.add(fields);
  }

  void body(byte[] octets, int from, int count) {
    body.write(octets, from, count);
  }

  void end() {
    ended = true;
  }

  void reset(ErrorCode code) {
    reset = code;
  }

  /** Whether its head has come, and nothing interim. */
  boolean hasHead() {
    return !heads.isEmpty() && status() >= 200;
  }

  int status() {
    return Integer.parseInt(field(":status"));
  }

  /** The statuses of all heads, of interim responses, too. */
  List<String> statuses() {
    return heads.stream().map(List::getFirst).toList();
  }

  /** The fields of the last head, each {@code name: value}. */
  List<String> fields() {
    return heads.getLast();
  }

  /** The values of a field. */
  List<String> all(String name) {
    String start = name + ": ";
    return fields().stream()
        .filter(field -> field.startsWith(start))
        .map(field -> field.substring(start.length()))
        .toList();
  }

  /** The value of a field that is there once. */
  String field(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError("wanted one " + name + " in " + fields());
    }
    return values.getFirst();
  }

  byte[] body() {
    return body.toByteArray();
  }

  int length() {
    return body.size();
  }

  String text() {
    return body.toString(UTF_8);
  }

  /** Whether it came whole. */
  boolean isWhole() {
    return ended;
  }

  /** Whether nothing more of it comes. */
  boolean isOver() {
    return ended || reset != null;
  }

  /** Why it was reset, or null if it was not. */
  @Nullable ErrorCode reset() {
    return reset;
  }

  @Override
  public String toString() {
    return heads + " + " + body.size() + (ended ? ", whole" : ", so far") + ", reset: " + reset;
  }
}
