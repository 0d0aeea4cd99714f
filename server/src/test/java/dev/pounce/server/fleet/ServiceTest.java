package dev.pounce.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.posix.Mailbox;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears of a fleet, which the supervisor alone tells. */
@Timeout(180)
class ServiceTest {

  @TempDir private Path folder;
  @AutoClose private Mailbox systemd;

  @BeforeEach
  void open() throws IOException {
    systemd = Mailbox.at(folder.resolve("notify").toString());
  }

  private FleetProcess service(String watchdog, String... settings) throws Exception {
    List<String> environment =
        List.of(
            "/usr/bin/env",
            "NOTIFY_SOCKET=" + folder.resolve("notify"),
            "WATCHDOG_USEC=" + watchdog);
    return FleetProcess.by(environment, folder, settings);
  }

  private void expect(String message) throws Throwable {
    assertThat(systemd.receive()).isEqualTo(message);
  }

  /** Has it reload as soon as it is ready. */
  private void reload(FleetProcess fleet, String version) throws Throwable {
    fleet.awaitLine("at ");
    expect("READY=1");
    fleet.reload(version);
    assertThat(systemd.receive()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
  }

  @Test
  void life_isTold() throws Throwable {
    try (FleetProcess fleet = service("", "workers=2")) {
      reload(fleet, "2");
      expect("READY=1");
      fleet.awaitLine("Worker 1 stopped");
      fleet.awaitLine("Worker 2 stopped");
      assertThat(fleet.ask("/version").text()).isEqualTo("2");
      fleet.signal("TERM");
      expect("STOPPING=1");
      assertThat(fleet.exitCode()).isZero();
      assertThat(systemd.isEmpty()).isTrue();
    }
  }

  @Test
  void ready_isNotToldBeforeTheApplicationHasStarted() throws Throwable {
    try (FleetProcess fleet = service("", "workers=1")) {
      reload(fleet, "2 waits");
      fleet.awaitLine("application waits in ");
      assertThat(systemd.isEmpty()).isTrue();
      Files.createFile(Shop.go(folder));
      expect("READY=1");
      assertThat(fleet.lines()).anyMatch(line -> line.startsWith("Generation 2 serves"));
    }
  }

  @Test
  void reload_fails_isReadyAgainAllTheSame() throws Throwable {
    try (FleetProcess fleet = service("", "workers=1")) {
      reload(fleet, "dies");
      expect("READY=1");
      assertThat(fleet.ask("/version").text()).isEqualTo("1");
    }
  }

  @Test
  void stopping_isToldBeforeTheDrain() throws Throwable {
    try (FleetProcess fleet = service("", "workers=2", "shutdown-timeout=10m");
        RawClient held = fleet.connect()) {
      expect("READY=1");
      held.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n1234");
      fleet.awaitLine("upload in ");
      fleet.signal("TERM");
      expect("STOPPING=1");
      assertThat(held.send("5").readResponse().text()).isEqualTo("5 bytes");
      assertThat(fleet.exitCode()).isZero();
    }
  }

  @Test
  void watchdog_isFedAgainAndAgainAfterTheStart() throws Throwable {
    try (FleetProcess fleet = service("200000", "workers=1")) {
      fleet.awaitLine("at ");
      List<String> messages = new ArrayList<>();
      while (!messages.contains("READY=1")) {
        messages.add(systemd.receive());
      }
      assertThat(messages).containsOnly("READY=1", "WATCHDOG=1");
      for (int i = 0; i < 5; i++) {
        expect("WATCHDOG=1");
      }
    }
  }
}
