package dev.pounce.server.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.ServerLog;
import dev.pounce.server.posix.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at the socket that systemd would listen on. */
@Timeout(30)
class NotificationTest {

  private static final String OWN_PID = String.valueOf(ProcessHandle.current().pid());

  @TempDir private Path directory;
  private String socket;
  private Mailbox systemd;

  @BeforeEach
  void open() throws Exception {
    socket = directory.resolve("notify").toString();
    systemd = Mailbox.at(socket);
  }

  @AfterEach
  void close() throws Exception {
    systemd.close();
  }

  private Notification notification() {
    return Notification.of(Map.of("NOTIFY_SOCKET", socket));
  }

  @Test
  void life_isToldStepByStep() throws Throwable {
    Notification notification = notification();
    notification.ready();
    notification.watchdog();
    notification.stopping();
    assertThat(systemd.receive()).isEqualTo("READY=1");
    assertThat(systemd.receive()).isEqualTo("WATCHDOG=1");
    assertThat(systemd.receive()).isEqualTo("STOPPING=1");
    assertThat(systemd.isEmpty()).isTrue();
  }

  @Test
  void reloading_hasTheTimeOfSystemdsClock() throws Throwable {
    long before = Mailbox.monotonicMicros();
    notification().reloading();
    String[] lines = systemd.receive().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).isEqualTo("RELOADING=1");
    assertThat(lines[1]).startsWith("MONOTONIC_USEC=");
    assertThat(Long.parseLong(lines[1].replaceAll("\\D", "")))
        .isBetween(before, Mailbox.monotonicMicros());
  }

  @Test
  void status_isOneLine() throws Throwable {
    notification().status("Serving on http://127.0.0.1:8000\nREADY=1");
    assertThat(systemd.receive()).isEqualTo("STATUS=Serving on http://127.0.0.1:8000 READY=1");
  }

  @Test
  void anyMessage_systemdDoesNotAsk_isNotSent() throws Throwable {
    Notification notification = Notification.of(Map.of("WATCHDOG_USEC", "1000000"));
    try (ServerLog log = ServerLog.open()) {
      notification.ready();
      notification.stopping();
      assertThat(log.messages()).isEmpty();
    }
    assertThat(systemd.isEmpty()).isTrue();
    assertThat(notification.watchdogInterval()).isEmpty();
  }

  @Test
  void anyMessage_cantBeSent_isOneWarning() {
    String nobody = directory.resolve("nobody").toString();
    Notification notification = Notification.of(Map.of("NOTIFY_SOCKET", nobody));
    try (ServerLog log = ServerLog.open()) {
      notification.ready();
      notification.watchdog();
      notification.stopping();
      assertThat(log.messages())
          .containsExactly(
              "systemd can't be told how the service is (NOTIFY_SOCKET="
                  + nobody
                  + "): No such file or directory");
    }
  }

  @ParameterizedTest(name = "{0} us: every {1} ms")
  @CsvSource({"30000000, 15000", "1000, 0.5"})
  void watchdogInterval_isHalfOfSystemdsPatience(String micros, double millis) {
    assertThat(watchdog("WATCHDOG_USEC", micros, "WATCHDOG_PID", OWN_PID).watchdogInterval())
        .contains(Duration.ofNanos((long) (millis * 1_000_000)));
    assertThat(watchdog("WATCHDOG_USEC", micros).watchdogInterval()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "soon", "99999999999999999999"})
  void watchdogInterval_notANumber_isNone(String micros) {
    assertThat(watchdog("WATCHDOG_USEC", micros).watchdogInterval()).isEmpty();
  }

  @Test
  void watchdogInterval_meantForAnotherProcess_isNone() {
    assertThat(watchdog("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "1").watchdogInterval())
        .isEmpty();
  }

  private Notification watchdog(String... variables) {
    Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", socket));
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return Notification.of(environment);
  }
}
