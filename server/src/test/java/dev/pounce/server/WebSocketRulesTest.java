package dev.pounce.server;

import static dev.pounce.server.Sockets.ACCEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.Outbound;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketSend;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.testkit.RawClient;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the contract for WebSockets, broken one after the other. */
@Timeout(60)
class WebSocketRulesTest {

  @AutoClose private final ServerLog log = ServerLog.open();

  /** A message, and the rule that it breaks; none if it is empty. */
  private record Step(Outbound message, String rule) {
    static Step good(Outbound message) {
      return new Step(message, "");
    }

    static Step bad(Outbound message, String rule) {
      return new Step(message, rule);
    }
  }

  static Stream<Arguments> violations() {
    HttpResponseStart start = new HttpResponseStart(404, Headers.none());
    WebSocketSend send = new WebSocketSend(null, "x");
    WebSocketClose close = new WebSocketClose(1000, "");
    return Stream.of(
        arguments(
            List.of(
                Step.bad(send, "WebSocketAccept must be sent before WebSocketSend"),
                Step.bad(
                    HttpResponseBody.end(),
                    "HttpResponseStart must be sent before HttpResponseBody"),
                Step.bad(
                    new LifespanStartupComplete(),
                    "a WebSocket scope takes WebSocketAccept, WebSocketSend and WebSocketClose, not"
                        + " LifespanStartupComplete"),
                Step.bad(
                    new WebSocketAccept("other", Headers.none()),
                    "subprotocol: other (expected: one that was offered: chat)"),
                Step.bad(
                    new HttpResponseStart(200, Headers.none()),
                    "status: 200 (expected: 300 to 599)"),
                Step.good(ACCEPT),
                Step.bad(ACCEPT, "WebSocketAccept may be sent only once"),
                Step.bad(start, "HttpResponseStart may not be sent after WebSocketAccept"),
                Step.bad(new WebSocketSend(null, null), "WebSocketSend has either bytes or text"),
                Step.bad(
                    new WebSocketSend(new byte[1], "x"), "WebSocketSend has either bytes or text"),
                Step.bad(
                    new WebSocketClose(1005, ""),
                    "close code: 1005 (expected: 1000 to 1003, 1007 to 1014 or 3000 to 4999)"),
                Step.bad(
                    new WebSocketClose(1000, "x".repeat(124)),
                    "close reason: 124 bytes (expected: at most 123)"),
                Step.good(close),
                Step.bad(send, "nothing may be sent after WebSocketClose"),
                Step.bad(close, "nothing may be sent after WebSocketClose"))),
        arguments(
            List.of(
                Step.good(close),
                Step.bad(ACCEPT, "WebSocketAccept may not be sent after a refusal"),
                Step.bad(start, "HttpResponseStart may be sent only once"),
                Step.bad(send, "nothing may be sent after WebSocketClose"))),
        arguments(
            List.of(
                Step.good(start),
                Step.bad(ACCEPT, "WebSocketAccept may not be sent after a refusal"),
                Step.bad(send, "WebSocketSend may not be sent after a refusal"),
                Step.bad(start, "HttpResponseStart may be sent only once"),
                Step.good(HttpResponseBody.end()),
                Step.bad(
                    HttpResponseBody.end(), "nothing may be sent after the last HttpResponseBody"),
                Step.bad(close, "WebSocketClose may not be sent after a refusal"))));
  }

  @ParameterizedTest
  @MethodSource("violations")
  void violation_namesTheRule(List<Step> steps) throws Exception {
    BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) ->
                    steps.forEach(step -> outcomes.add(Sockets.outcome(send, step.message())))));
        RawClient client = server.connect()) {
      client.send(FrameClient.handshake("/", "Sec-WebSocket-Protocol: chat"));
      for (Step step : steps) {
        Object outcome = outcomes.poll(10, TimeUnit.SECONDS);
        if (step.rule().isEmpty()) {
          assertThat(outcome).isEqualTo("sent");
        } else {
          assertThat(outcome)
              .isInstanceOf(ContractException.class)
              .hasToString(ContractException.class.getName() + ": " + step.rule());
        }
      }
    }
  }
}
