package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Handlers that compute on every carrier, so that no virtual thread runs but theirs. */
public final class Burn implements AutoCloseable {

  private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

  private final AtomicInteger burning = new AtomicInteger();
  private final List<RawClient> clients = new ArrayList<>();
  private volatile boolean ended;

  /** Burns where {@code /burn} is asked for, and answers all else with its path. */
  public Application application() {
    return Http.app(this::handle);
  }

  private Response handle(Request request) {
    if (request.path().equals("/burn")) {
      burning.incrementAndGet();
      while (!ended) {
        Thread.onSpinWait();
      }
    }
    return Response.text(request.path());
  }

  /** Begins: from now on no other virtual thread runs. */
  public Burn begin(Running server) throws Exception {
    for (int i = 0; i < CARRIERS; i++) {
      RawClient client = server.connect();
      clients.add(client);
      client.send(Requests.get("/burn"));
    }
    Await.until("every carrier burns", () -> burning.get() == CARRIERS);
    return this;
  }

  /** All virtual threads run again. */
  public void end() {
    ended = true;
  }

  /** Ends it; whoever burnt has been answered then. */
  @Override
  public void close() throws IOException {
    end();
    for (RawClient client : clients) {
      assertThat(client.readResponse().text()).isEqualTo("/burn");
      client.close();
    }
    clients.clear();
  }
}
