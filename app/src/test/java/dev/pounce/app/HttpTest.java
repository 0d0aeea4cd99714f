package dev.pounce.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The application that a handler becomes. */
class HttpTest {

  private static final Application ECHO =
      Http.app(request -> Response.text(request.method() + " " + request.text()));

  private final Outbox outbox = Outbox.open();

  private static HttpScope http() {
    return new HttpScope(
        "POST", "/", "/", "", "1.1", "http", Headers.none(), null, null, Map.of(), Map.of());
  }

  private static WebSocketScope webSocket() {
    return new WebSocketScope(
        "/", "/", "", "1.1", "ws", Headers.none(), null, null, List.of(), Map.of(), Map.of());
  }

  @Test
  void app_httpScope_sendsWhatTheHandlerReturns() throws Exception {
    ECHO.handle(http(), Inbox.of(Inbox.last("body")), outbox);
    assertThat(outbox.start().status()).isEqualTo(200);
    assertThat(outbox.text()).isEqualTo("POST body");
    assertThat(outbox.pieces().getLast().moreBody()).isFalse();
  }

  @Test
  void app_handlerThrows_passesItOnAndSendsNothing() {
    IOException failure = new IOException("broken");
    Application app =
        Http.app(request -> {
          throw failure;
        });
    assertThatThrownBy(() -> app.handle(http(), Inbox.of(), outbox)).isSameAs(failure);
    assertThat(outbox.messages()).isEmpty();
  }

  @Test
  void app_webSocketScope_refusesTheHandshake() throws Exception {
    Inbox inbox = Inbox.of(new WebSocketConnect());
    ECHO.handle(webSocket(), inbox, outbox);
    assertThat(inbox.isEmpty()).isTrue();
    assertThat(outbox.messages()).containsExactly(new WebSocketClose(1000, ""));
  }

  @Test
  void app_lifespanScope_completesStartUpAndShutdown() throws Exception {
    Inbox inbox = Inbox.of(new LifespanStartup(), new LifespanShutdown());
    ECHO.handle(new LifespanScope(new HashMap<>()), inbox, outbox);
    assertThat(inbox.isEmpty()).isTrue();
    assertThat(outbox.messages())
        .containsExactly(new LifespanStartupComplete(), new LifespanShutdownComplete());
  }

  @Test
  void app_lifespanScope_doesNotAnswerBeforeItIsAsked() {
    Application app = Http.app(request -> Response.empty(204));
    Receive receive =
        () -> {
          assertThat(outbox.messages()).isEmpty();
          throw new IllegalStateException("enough");
        };
    assertThatThrownBy(() -> app.handle(new LifespanScope(new HashMap<>()), receive, outbox))
        .hasMessage("enough");
  }
}
