package dev.pounce.server;

import static dev.pounce.server.Site.IT;
import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications that raise. */
@Timeout(60)
class FailureTest {

  /** Raises something. */
  private interface Raise {
    void run() throws Exception;
  }

  private record Failure(Class<? extends Throwable> type, Raise raise) {

    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  static Stream<Failure> failures() {
    return Stream.of(
        failure(new IllegalStateException("oops")),
        failure(new IOException("oops")),
        failure(new InterruptedException("oops")),
        failure(new AssertionError("oops")),
        failure(new OutOfMemoryError("oops")),
        failure(new NoClassDefFoundError("oops")),
        new Failure(StackOverflowError.class, () -> deeper(1)),
        failure(new DisconnectedException("from a server behind this one")));
  }

  private static Failure failure(Throwable thrown) {
    return new Failure(
        thrown.getClass(),
        () -> {
          switch (thrown) {
            case Exception e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(thrown);
          }
        });
  }

  private static int deeper(int depth) {
    return depth < 0 ? depth : 1 + deeper(depth + 1);
  }

  @AutoClose private final ServerLog log = ServerLog.open();

  private void assertLogged(Failure failure) throws Exception {
    LogRecord entry = Site.awaitError(log);
    assertThat(entry.getThrown()).isInstanceOf(failure.type());
    assertThat(entry.getThrown().getStackTrace())
        .anyMatch(frame -> frame.getClassName().startsWith(FailureTest.class.getName()));
    assertThat(entry.getMessage()).contains("GET /it");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_nothingSent_gives500AndLogsStackTraceAndRequestId(Failure failure) throws Exception {
    try (Running running = Running.serve(Site.of((scope, receive, send) -> failure.raise().run()));
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).isEqualTo("Internal Server Error\n");
      assertLogged(failure);
      assertThat(Site.awaitError(log).getMessage())
          .contains(response.header("X-Request-ID").orElseThrow());
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_startSentButNoBody_gives500InPlaceOfIt(Failure failure) throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok("X-Of-The-Start", "1"));
                  failure.raise().run();
                }));
        RawClient client = running.connect()) {
      RawResponse response = client.send(IT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.header("X-Of-The-Start")).isEmpty();
      assertLogged(failure);
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_betweenPipelinedRequests_eachGetsItsOwnAnswer(Failure failure) throws Exception {
    try (Running running = Running.serve(Site.of((scope, receive, send) -> failure.raise().run()));
        RawClient client = running.connect()) {
      client.send(NEXT + IT + NEXT);
      assertRight(client.readResponse());
      assertThat(client.readResponse().status()).isEqualTo(500);
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_headIsOut_cutsTheResponseAndLogs(Failure failure) throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok());
                  send.send(piece("abc"));
                  failure.raise().run();
                }));
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThatThrownBy(client::readResponse)
          .isInstanceOfAny(EOFException.class, SocketException.class);
      assertLogged(failure);
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_headIsOut_serverGoesOn(Failure failure) throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok());
                  send.send(piece("abc"));
                  failure.raise().run();
                }));
        RawClient client = running.connect();
        RawClient other = running.connect()) {
      client.send(IT);
      assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
      assertRight(other.send(NEXT).readResponse());
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void raise_responseIsWhole_clientHasItAndTheFailureIsLogged(Failure failure) throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok());
                  send.send(last("whole"));
                  failure.raise().run();
                }));
        RawClient client = running.connect()) {
      client.send(IT + NEXT);
      assertThat(client.readResponse().text()).isEqualTo("whole");
      assertRight(client.readResponse());
      assertLogged(failure);
    }
  }

  @Test
  void raise_byAHandler_gives500AndLogs() throws Exception {
    Application app =
        Http.app(request -> {
          throw new IllegalStateException("oops");
        });
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      assertThat(client.send(IT).readResponse().status()).isEqualTo(500);
      assertThat(Site.awaitError(log).getThrown()).hasMessage("oops");
    }
  }

  @Test
  void raise_byABodyWriter_cutsTheResponse() throws Exception {
    Application app =
        Http.app(request ->
            Response.stream(
                "text/plain",
                out -> {
                  out.write('a');
                  throw new IOException("oops");
                }));
    try (Running running = Running.serve(app);
        RawClient client = running.connect()) {
      client.send(IT);
      assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
      assertThat(Site.awaitError(log).getThrown()).hasMessage("oops");
    }
  }

  @Test
  void raise_toHead_gives500WithoutABody() throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  throw new IOException("oops");
                }));
        RawClient client = running.connect()) {
      client.send("HEAD /it HTTP/1.1\r\nHost: a\r\n\r\n" + NEXT);
      assertThat(client.readHead().status()).isEqualTo(500);
      assertRight(client.readResponse());
    }
  }

  /** The answers of so many do not fit one buffer, so some are written while others are made. */
  @Test
  void raise_withItsThreadInterrupted_everyRequestAheadIsAnswered() throws Exception {
    int count = 300;
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  Thread.currentThread().interrupt();
                  throw new IOException("oops");
                }));
        RawClient client = running.connect()) {
      client.send(IT.repeat(count) + NEXT);
      for (int i = 0; i < count; i++) {
        assertThat(client.readResponse().status()).isEqualTo(500);
      }
      assertRight(client.readResponse());
    }
  }

  @Test
  void return_withItsThreadInterrupted_nextRequestIsNotDisturbed() throws Exception {
    try (Running running =
            Running.serve(
                Http.app(request -> {
                  boolean before = Thread.currentThread().isInterrupted();
                  Thread.currentThread().interrupt();
                  return Response.text("interrupted before: " + before);
                }));
        RawClient client = running.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(IT).readResponse().text()).isEqualTo("interrupted before: false");
      }
      client.send(IT.repeat(300));
      for (int i = 0; i < 300; i++) {
        assertThat(client.readResponse().text()).isEqualTo("interrupted before: false");
      }
    }
  }

  @Test
  void raise_afterTheClientHasLeft_isNotReportedAsAFailure() throws Exception {
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  receive.receive();
                  receive.receive();
                  send.send(ok());
                  send.send(last("to nobody"));
                }));
        RawClient other = running.connect()) {
      try (RawClient client = running.connect()) {
        client.send(IT);
      }
      running.awaitLogged("GET /it");
      assertRight(other.send(NEXT).readResponse());
      assertThat(Site.errors(log)).isEmpty();
    }
  }
}
