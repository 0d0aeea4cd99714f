package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.posix.Mailbox;
import dev.pounce.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process as systemd sees it: what it tells, and when. */
@Timeout(60)
class ServiceTest {

  private static final Duration QUICKLY = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private Mailbox systemd;

  @BeforeEach
  void open() throws Exception {
    systemd = Mailbox.at(directory.resolve("notify").toString());
  }

  @AfterEach
  void close() throws Exception {
    systemd.close();
  }

  private Child service(String watchdog, String... settings) throws Exception {
    List<String> environment = new ArrayList<>();
    environment.add("/usr/bin/env");
    environment.add("NOTIFY_SOCKET=" + directory.resolve("notify"));
    environment.add("WATCHDOG_USEC=" + watchdog);
    return Child.by(environment, "64m", settings);
  }

  private void expect(String message) throws Throwable {
    assertThat(systemd.receive()).isEqualTo(message);
  }

  @Test
  void life_isTold() throws Throwable {
    try (Child server = service("")) {
      expect("READY=1");
      server.connect().close(); // it serves when it says so
      server.signal("HUP");
      assertThat(systemd.receive()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
      expect("READY=1");
      server.signal("TERM");
      expect("STOPPING=1");
      assertThat(server.exitCode(QUICKLY)).isZero();
      assertThat(systemd.isEmpty()).isTrue();
    }
  }

  @Test
  void stopping_isToldBeforeTheDrain() throws Throwable {
    try (Child server = service("", "shutdown-timeout=10m")) {
      expect("READY=1");
      try (RawClient held = server.connect().send(get("/hold"))) {
        server.awaitLine("request held");
        server.signal("TERM");
        expect("STOPPING=1");
        server.release();
        assertThat(held.readResponse().status()).isEqualTo(200);
      }
      assertThat(server.exitCode(QUICKLY)).isZero();
    }
  }

  @Test
  void watchdog_isFedAgainAndAgain() throws Throwable {
    try (Child server = service("200000")) {
      expect("READY=1");
      for (int i = 0; i < 5; i++) {
        expect("WATCHDOG=1");
      }
      server.signal("KILL");
    }
  }

  @Test
  void watchdog_handlersHoldEveryCarrier_isNotFed() throws Throwable {
    int burners = Runtime.getRuntime().availableProcessors() + 1;
    List<RawClient> clients = new ArrayList<>();
    try (Child server = service("200000", "stall-threshold=300ms")) {
      expect("READY=1");
      for (int i = 0; i < burners; i++) {
        clients.add(server.connect().send(get("/burn")));
      }
      server.awaitLine("Virtual threads have not been scheduled");
      while (!systemd.isEmpty()) {
        // what was sent until they burnt
      }
      assertThat(Await.holdsWithin(Duration.ofSeconds(1), () -> !isSilent(systemd))).isFalse();
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static boolean isSilent(Mailbox systemd) {
    try {
      return systemd.isEmpty();
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }
}
