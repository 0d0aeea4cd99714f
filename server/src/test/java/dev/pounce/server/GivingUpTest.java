package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that can accept no more connections stops, and says why. */
@Timeout(60)
class GivingUpTest {

  private static final String RESTARTED = "The acceptor ended in an error: restarted";
  private static final List<String> GIVEN_UP =
      List.of(
          "The acceptor ended in an error",
          "The acceptor can't be kept running: more than 5 restarts in 60 s",
          "The server can't go on — initiating shutdown",
          "Shutting down 1 worker(s)...",
          "All workers stopped");

  @Test
  void process_acceptorEndsInErrorsTooOften_endsWithExitCode1AndAnswersWhatIsUnderWay()
      throws Exception {
    try (Child server = Child.start("64m", "shutdown-timeout=10m");
        RawClient held = server.connect().send(get("/hold"));
        RawClient client = server.connect()) {
      server.awaitLine("request held");
      client.send(get("/deaf"));
      server.awaitLine("Worker 1 draining ");
      server.release();
      RawResponse last = held.readResponse();
      assertThat(last.text()).isEqualTo("hello");
      assertThat(last.header("Connection")).contains("close");
      held.close();
      client.close();

      assertThat(server.exitCode(Duration.ofSeconds(10))).isEqualTo(1);
      assertThat(Collections.frequency(server.lines(), RESTARTED)).isEqualTo(5);
      assertThat(server.lines())
          .containsSubsequence(GIVEN_UP)
          .containsSubsequence("All workers stopped", "application stopped");
    }
  }

  @Test
  void server_insideAnotherProgram_stopsByItself() throws Exception {
    try (ServerLog log = ServerLog.open();
        Running server = Running.serve(Http.app(request -> Response.text("hello")))) {
      int port = server.port();
      Deaf.make(server.server());
      log.await("All workers stopped");

      assertThat(log.messages()).containsSubsequence(GIVEN_UP);
      assertThat(Collections.frequency(log.messages(), RESTARTED)).isEqualTo(5);
      Await.until("nobody listens", () -> isRefused(port));
      server.close();
      assertThat(log.messages()).containsOnlyOnce("All workers stopped");
    }
  }

  private static boolean isRefused(int port) throws Exception {
    try (RawClient client = RawClient.connect(port)) {
      return !client.socket().isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }
}
