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
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to an application that breaks a rule of the contract, rule by rule. */
@Timeout(60)
class ContractTest {

  private static Running serve(Violation violation) throws StartupException {
    return Running.serve(Site.of((scope, receive, send) -> violation.messages().send(send)));
  }

  @AutoClose private final ServerLog log = ServerLog.open();

  private void assertRuleIsLogged(Violation violation) throws Exception {
    LogRecord entry = Site.awaitError(log);
    assertThat(entry.getThrown())
        .isInstanceOf(ContractException.class)
        .hasMessageContaining(violation.rule());
    assertThat(entry.getThrown().getStackTrace()).isNotEmpty();
    assertThat(entry.getMessage()).contains("GET /it");
  }

  @ParameterizedTest
  @FieldSource("dev.pounce.server.Violation#BEFORE_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#BEFORE_THE_HEAD")
  void violation_headNotOut_nextRequestOnTheConnectionIsAnsweredRight(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().status()).isEqualTo(500);
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("dev.pounce.server.Violation#BEFORE_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#BEFORE_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_HEAD")
  void violation_headIsOut_nextRequestAheadIsNotAnswered(Violation violation) throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThat(allThatComes(client)).doesNotContain("right /next").doesNotContain(" 500 ");
    }
  }

  @ParameterizedTest
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_HEAD")
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
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_HEAD")
  void violation_headIsOut_serverGoesOn(Violation violation) throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect();
        RawClient other = running.connect()) {
      assertThat(allThatComes(client.send(IT))).doesNotContain("right");
      assertRight(other.send(NEXT).readResponse());
    }
  }

  @ParameterizedTest
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_END")
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
  @FieldSource("dev.pounce.server.Violation#AFTER_THE_END")
  void violation_responseIsWhole_nextRequestAheadIsAnsweredRight(Violation violation)
      throws Exception {
    try (Running running = serve(violation);
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.pounce.server.Violation#bySending")
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
