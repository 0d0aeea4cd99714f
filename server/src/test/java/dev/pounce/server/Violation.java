package dev.pounce.server;

import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketSend;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way to break the contract.
 *
 * @param rule what the exception says of the rule
 */
record Violation(String name, String rule, Messages messages) {

  /** What the application sends before it returns. */
  interface Messages {
    void send(Send send) throws IOException;
  }

  private static Violation violation(String name, String rule, Violation.Messages messages) {
    return new Violation(name, rule, messages);
  }

  private static HttpResponseStart status(int status) {
    return new HttpResponseStart(status, Headers.none());
  }

  private static Violation bodyWith(int status) {
    return violation(
        "body with " + status,
        "status " + status + " has no body",
        send -> {
          send.send(status(status));
          send.send(last("x"));
        });
  }

  private static Violation length(String name, String... fields) {
    return violation(
        name,
        "content-length",
        send -> {
          send.send(ok(fields));
          send.send(last("abcd"));
        });
  }

  /** Seen while the head can still be replaced. */
  static final List<Violation> BEFORE_THE_HEAD =
      List.of(
          violation(
              "body before start",
              "HttpResponseStart must be sent before HttpResponseBody",
              send -> send.send(last("x"))),
          violation(
              "two starts",
              "HttpResponseStart may be sent only once",
              send -> {
                send.send(ok());
                send.send(ok());
              }),
          violation("status 0", "status: 0 (expected: 200 to 599)", send -> send.send(status(0))),
          violation("status 99", "status: 99 (expected", send -> send.send(status(99))),
          violation("status 100", "status: 100 (expected", send -> send.send(status(100))),
          violation("status 199", "status: 199 (expected", send -> send.send(status(199))),
          violation("status 600", "status: 600 (expected", send -> send.send(status(600))),
          violation("status -1", "status: -1 (expected", send -> send.send(status(-1))),
          violation(
              "body longer than its Content-Length, in one message",
              "longer than its Content-Length: 5 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(last("abcde"));
              }),
          violation(
              "body longer than its Content-Length, in the first of several",
              "longer than its Content-Length: 5 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(piece("abcde"));
              }),
          violation(
              "body shorter than its Content-Length, in one message",
              "shorter than its Content-Length: 3 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(last("abc"));
              }),
          violation("return without an answer", "HttpResponseStart", send -> {}),
          violation(
              "return after the start",
              "before the last HttpResponseBody",
              send -> send.send(ok())),
          length("empty Content-Length", "Content-Length", ""),
          length("signed Content-Length", "Content-Length", "+4"),
          length("negative Content-Length", "Content-Length", "-4"),
          length("hexadecimal Content-Length", "Content-Length", "0x4"),
          length("Content-Length as a list", "Content-Length", "4, 4"),
          length("Content-Length of 30 digits", "Content-Length", "4".repeat(30)),
          length("two equal Content-Lengths", "Content-Length", "4", "content-length", "4"),
          length("two Content-Lengths", "Content-Length", "4", "Content-Length", "5"),
          bodyWith(204),
          bodyWith(205),
          bodyWith(304),
          violation(
              "message of a WebSocket",
              "not WebSocketAccept",
              send -> send.send(new WebSocketAccept(null, Headers.none()))),
          violation(
              "message of a life span, after the start",
              "not LifespanStartupComplete",
              send -> {
                send.send(ok());
                send.send(new LifespanStartupComplete());
              }));

  /** Seen when the client has the head and a part of the body. */
  static final List<Violation> AFTER_THE_HEAD =
      List.of(
          violation(
              "two starts",
              "HttpResponseStart may be sent only once",
              send -> {
                send.send(ok());
                send.send(piece("abc"));
                send.send(ok());
              }),
          violation(
              "body longer than its Content-Length, in the last message",
              "longer than its Content-Length: 5 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(piece("abc"));
                send.send(last("de"));
              }),
          violation(
              "body longer than its Content-Length, with more to come",
              "longer than its Content-Length: 5 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(piece("abc"));
                send.send(piece("de"));
              }),
          violation(
              "body shorter than its Content-Length",
              "shorter than its Content-Length: 3 (expected: 4)",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(piece("abc"));
                send.send(last(""));
              }),
          violation(
              "return before the last of the body",
              "before the last HttpResponseBody",
              send -> {
                send.send(ok());
                send.send(piece("abc"));
              }),
          violation(
              "return before the last of a body of known length",
              "before the last HttpResponseBody",
              send -> {
                send.send(ok("Content-Length", "4"));
                send.send(piece("abc"));
              }),
          violation(
              "message of a WebSocket",
              "not WebSocketSend",
              send -> {
                send.send(ok());
                send.send(piece("abc"));
                send.send(new WebSocketSend(null, "x"));
              }));

  /** Seen when the response is whole. */
  static final List<Violation> AFTER_THE_END =
      List.of(
          violation(
              "body after the last",
              "nothing may be sent after the last HttpResponseBody",
              send -> {
                send.send(ok());
                send.send(last("whole"));
                send.send(last("more"));
              }),
          violation(
              "body after the last of a stream",
              "nothing may be sent after the last HttpResponseBody",
              send -> {
                send.send(ok());
                send.send(piece("who"));
                send.send(last("le"));
                send.send(piece("more"));
              }),
          violation(
              "start after the last",
              "HttpResponseStart",
              send -> {
                send.send(ok());
                send.send(last("whole"));
                send.send(ok());
              }),
          violation(
              "message of a WebSocket after the last",
              "not WebSocketSend",
              send -> {
                send.send(ok());
                send.send(last("whole"));
                send.send(new WebSocketSend(null, "x"));
              }));

  /** Those that a send tells the application of, not its return. */
  static Stream<Violation> bySending() {
    return Stream.of(BEFORE_THE_HEAD, AFTER_THE_HEAD, AFTER_THE_END)
        .flatMap(List::stream)
        .filter(violation -> !violation.name().startsWith("return"));
  }

  @Override
  public String toString() {
    return name;
  }
}
