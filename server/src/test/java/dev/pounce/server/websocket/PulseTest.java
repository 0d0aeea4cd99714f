package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Pulse.Verdict.DEAD;
import static dev.pounce.server.websocket.Pulse.Verdict.NOTHING;
import static dev.pounce.server.websocket.Pulse.Verdict.PING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pings every 20 s, and a client that may be silent for 15 s after one. */
class PulseTest {

  private static final boolean SILENCE = false;
  private static final boolean HEARD = true;

  /** A time at which the clock wraps soon. */
  private static final long OPENED = Long.MAX_VALUE - Duration.ofSeconds(21).toNanos();

  private final Pulse pulse = new Pulse(Duration.ofSeconds(20), Duration.ofSeconds(15), OPENED);

  private static long at(double seconds) {
    return OPENED + (long) (seconds * 1e9);
  }

  private Pulse.Verdict look(boolean heard, double seconds) {
    return pulse.look(heard, at(seconds));
  }

  @Test
  void interval_hasPassed_pings() {
    assertThat(look(SILENCE, 19.9)).isEqualTo(NOTHING);
    assertThat(look(SILENCE, 20)).isEqualTo(PING);
    assertThat(look(SILENCE, 20.1)).isEqualTo(NOTHING);
  }

  @Test
  void client_talksAllTheTime_isPingedAllTheSame() {
    assertThat(look(HEARD, 20)).isEqualTo(PING);
    assertThat(look(HEARD, 39.9)).isEqualTo(NOTHING);
    assertThat(look(HEARD, 40)).isEqualTo(PING);
  }

  @Test
  void client_silentAfterAPing_isDeadWhenItsTimeIsUp() {
    look(SILENCE, 20);
    assertThat(look(SILENCE, 34.9)).isEqualTo(NOTHING);
    assertThat(look(SILENCE, 35)).isEqualTo(DEAD);
  }

  @Test
  void client_heardOfInTime_livesOn() {
    look(SILENCE, 20);
    assertThat(look(HEARD, 34.9)).isEqualTo(NOTHING);
    assertThat(look(SILENCE, 39.9)).isEqualTo(NOTHING);
    assertThat(look(SILENCE, 40)).isEqualTo(PING);
    assertThat(look(SILENCE, 55)).isEqualTo(DEAD);
  }

  @Test
  void client_heardOfBeforeThePingAlone_isDead() {
    assertThat(look(HEARD, 20)).isEqualTo(PING);
    assertThat(look(SILENCE, 35)).isEqualTo(DEAD);
  }

  @Test
  void interval_shorterThanThePatience_pingsOnceAndWaits() {
    Pulse eager = new Pulse(Duration.ofSeconds(1), Duration.ofSeconds(15), OPENED);

    assertThat(eager.look(SILENCE, at(1))).isEqualTo(PING);
    assertThat(eager.look(SILENCE, at(15.9))).isEqualTo(NOTHING);
    assertThat(eager.look(SILENCE, at(16))).isEqualTo(DEAD);
  }

  @Test
  void interval_zero_neverPings() {
    Pulse none = new Pulse(Duration.ZERO, Duration.ofSeconds(15), OPENED);

    assertThat(none.look(SILENCE, at(86_400))).isEqualTo(NOTHING);
    assertThat(none.look(SILENCE, at(172_800))).isEqualTo(NOTHING);
  }
}
