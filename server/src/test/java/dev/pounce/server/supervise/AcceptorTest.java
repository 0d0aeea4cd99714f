package dev.pounce.server.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.ServerLog;
import dev.pounce.server.listen.Transport;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An acceptor whose door behaves as each test has it. */
@Timeout(60)
class AcceptorTest {

  private final Queue<Throwable> faults = new ArrayDeque<>();
  private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
  private final Acceptor acceptor =
      new Acceptor(this::next, _ -> {}, failures::add, new Restarts());
  @AutoClose private final ServerLog log = ServerLog.open();

  /** Fails as long as there are faults, and then says that no more will come. */
  private Transport next() throws IOException {
    switch (faults.poll()) {
      case null -> {
        return null;
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
  }

  private void fault(Throwable fault, int times) {
    for (int i = 0; i < times; i++) {
      faults.add(fault);
    }
  }

  @Test
  void accept_endsInAnError_isRestarted() throws Exception {
    fault(new OutOfMemoryError("no room"), 5);
    acceptor.start();
    acceptor.join();
    assertThat(faults).isEmpty();
    assertThat(failures).isEmpty();
    assertThat(log.messages())
        .filteredOn("The acceptor ended in an error: restarted"::equals)
        .hasSize(5);
  }

  @Test
  void accept_endsInErrorsTooOften_isGivenUpAndSaid() throws Exception {
    fault(new IllegalStateException("broken"), 10);
    acceptor.start();
    assertThat(failures.poll(10, TimeUnit.SECONDS))
        .isEqualTo("The acceptor can't be kept running: more than 5 restarts in 60 s");
    acceptor.join();
    assertThat(faults).hasSize(4);
    assertThat(failures).isEmpty();
  }

  @Test
  void accept_socketIsClosedUnderIt_counts() throws Exception {
    fault(new ClosedChannelException(), 6);
    acceptor.start();
    acceptor.join();
    assertThat(failures).hasSize(1);
  }

  @Test
  void accept_refusedForTheMoment_isTriedAgainAndDoesNotCount() throws Exception {
    fault(new IOException("Too many open files"), 7);
    acceptor.start();
    acceptor.join();
    assertThat(faults).isEmpty();
    assertThat(failures).isEmpty();
    assertThat(log.messages())
        .filteredOn("Can't accept connections for the moment: Too many open files"::equals)
        .hasSize(7);
  }
}
