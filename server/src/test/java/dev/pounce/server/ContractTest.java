package dev.pounce.server;

import static dev.pounce.server.Site.IT;
import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketSend;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to an application that breaks a rule of the contract, rule by rule. */
@Timeout(60)
class ContractTest {

  /** A rule, what its exception says, and an application that breaks it. */
  private record Violation(String name, String rule, Messages messages) {

    interface Messages {
      void send(Send send) throws IOException;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Violation violation(String name, String rule, Violation.Messages messages) {
    return new Violation(name, rule, messages);
  }

  private static HttpResponseStart status(int status) {
    return new HttpResponseStart(status, Headers.none());
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
          violation(
              "body with 204",
              "status 204 has no body",
              send -> {
                send.send(status(204));
                send.send(last("x"));
              }),
          violation(
              "body with 304",
              "status 304 has no body",
              send -> {
                send.send(status(304));
                send.send(last("x"));
              }),
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

  private static Running serve(Violation violation) throws StartupException {
    return Running.serve(Site.of((scope, receive, send) -> violation.messages().send(send)));
  }

  private ServerLog log;

  @BeforeEach
  void openLog() {
    log = ServerLog.open();
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private void assertRuleIsLogged(Violation violation) throws Exception {
    LogRecord entry = Site.awaitError(log);
    assertThat(entry.getThrown())
        .isInstanceOf(ContractException.class)
        .hasMessageContaining(violation.rule());
    assertThat(entry.getThrown().getStackTrace()).isNotEmpty();
    assertThat(entry.getMessage()).contains("GET /it");
  }

  @ParameterizedTest
  @FieldSource("BEFORE_THE_HEAD")
  void violation_headNotOut_gives500AndLogsTheRuleWithTheRequestId(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).isEqualTo("Internal Server Error\n");
      assertRuleIsLogged(violation);
      String id = response.header("X-Request-ID").orElseThrow();
      assertThat(Site.awaitError(log).getMessage()).contains(id);
    }
  }

  @ParameterizedTest
  @FieldSource("BEFORE_THE_HEAD")
  void violation_headNotOut_nextRequestOnTheConnectionIsAnsweredRight(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().status()).isEqualTo(500);
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("BEFORE_THE_HEAD")
  void violation_betweenPipelinedRequests_eachGetsItsOwnAnswer(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(NEXT + IT + NEXT + IT + NEXT);
      assertRight(client.readResponse());
      assertThat(client.readResponse().status()).isEqualTo(500);
      assertRight(client.readResponse());
      assertThat(client.readResponse().status()).isEqualTo(500);
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("BEFORE_THE_HEAD")
  void violation_requestBodyNotReceived_bodyIsNotTakenForTheNextRequest(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(Requests.post("/it", Requests.get("/smuggled")) + NEXT);
      assertThat(client.readResponse().status()).isEqualTo(500);
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_HEAD")
  void violation_headIsOut_endsTheConnectionWithinTheResponseAndLogsTheRule(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThatThrownBy(client::readResponse)
          .isInstanceOfAny(EOFException.class, SocketException.class);
      assertRuleIsLogged(violation);
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_HEAD")
  void violation_headIsOutOverHttp10_resetsSoThatTheEndIsNotTakenForTheBodys(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send("GET /it HTTP/1.0\r\n\r\n");
      assertThatThrownBy(client::readResponse)
          .isInstanceOfAny(EOFException.class, SocketException.class);
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_HEAD")
  void violation_headIsOut_nextRequestAheadIsNotAnswered(Violation violation) throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThat(allThatComes(client)).doesNotContain("right /next").doesNotContain(" 500 ");
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_HEAD")
  void violation_headIsOutAfterAnotherResponse_thatOneArrivesWhole(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(NEXT + IT);
      assertRight(client.readResponse());
      assertThatThrownBy(client::readResponse)
          .isInstanceOfAny(EOFException.class, SocketException.class);
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_HEAD")
  void violation_headIsOut_serverGoesOn(Violation violation) throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect();
        RawClient other = running.connect()) {
      assertThat(allThatComes(client.send(IT))).doesNotContain("right");
      assertRight(other.send(NEXT).readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_END")
  void violation_responseIsWhole_clientHasItAndTheRuleIsLogged(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("whole");
      assertRuleIsLogged(violation);
    }
  }

  @ParameterizedTest
  @FieldSource("AFTER_THE_END")
  void violation_responseIsWhole_nextRequestAheadIsAnsweredRight(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertRight(client.readResponse());
    }
  }

  static Stream<Violation> thrown() {
    return Stream.of(BEFORE_THE_HEAD, AFTER_THE_HEAD, AFTER_THE_END)
        .flatMap(List::stream)
        .filter(violation -> !violation.name().startsWith("return"));
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void violation_bySending_isThrownAtTheApplicationWithItsRule(Violation violation)
      throws Exception {
    BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  try {
                    violation.messages().send(send);
                  } catch (ContractException e) {
                    thrown.add(e);
                    throw e;
                  }
                }));
        RawClient client = running.connect()) {
      client.send(IT);
      assertThat(thrown.poll(10, TimeUnit.SECONDS)).hasMessageContaining(violation.rule());
    }
  }

  @Test
  void violation_applicationCatchesItAndAnswersRight_isForgiven() throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  assertThatThrownBy(() -> send.send(last("too early")))
                      .isInstanceOf(ContractException.class);
                  send.send(ok("Content-Length", "3"));
                  assertThatThrownBy(() -> send.send(last("long")))
                      .isInstanceOf(ContractException.class);
                  send.send(last("yes"));
                }));
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().text()).isEqualTo("yes");
      assertThat(Site.errors(log)).isEmpty();
    }
  }

  @Test
  void violation_applicationCatchesItOnceTheHeadIsOut_nothingMoreIsSentAndTheResponseIsCut()
      throws Exception {
    BlockingQueue<Throwable> later = new LinkedBlockingQueue<>();
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok("Content-Length", "4"));
                  send.send(piece("abc"));
                  assertThatThrownBy(() -> send.send(last("de")))
                      .isInstanceOf(ContractException.class);
                  try {
                    send.send(last("d"));
                  } catch (ContractException e) {
                    later.add(e);
                  }
                }));
        RawClient client = running.connect()) {
      client.send(IT);
      assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
      assertThat(later.poll(10, TimeUnit.SECONDS)).hasMessageContaining("cut");
      assertThat(Site.awaitError(log).getThrown()).isInstanceOf(ContractException.class);
    }
  }

  private static String allThatComes(RawClient client) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = client.socket().getInputStream();
    try {
      in.transferTo(all);
    } catch (SocketException reset) {
      // what came before it is all there is
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }
}
