package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

/** What tests share in which a server is closed while a request, which they hold, is under way. */
abstract class Closing {

  static final String DRAINING = "Worker 1 draining 1 active connection(s)...";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Counted down by a handler that a request has come to. */
  final CountDownLatch held = new CountDownLatch(1);

  /** Counted down for handlers to go on. */
  final CountDownLatch release = new CountDownLatch(1);

  @AutoClose final ServerLog log = ServerLog.open();

  final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void closeClients() throws IOException {
    release.countDown();
    for (RawClient client : clients) {
      client.close();
    }
  }

  RawClient connect(Running server) throws IOException {
    RawClient client = RawClient.connect(server.port(), PATIENCE);
    clients.add(client);
    return client;
  }

  /** Begins to close the server, which has one request under way. */
  Thread beginToClose(Running server) throws Exception {
    Await.latch("a request is under way", held);
    Thread closing = server.closing();
    log.await(DRAINING);
    return closing;
  }

  /** Lets the server come to its end, which waits a little for clients to close as well. */
  void finish(Thread closing) throws Exception {
    closeClients();
    closing.join(PATIENCE);
    assertThat(closing.isAlive()).isFalse();
  }
}
