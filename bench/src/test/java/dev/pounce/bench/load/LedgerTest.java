package dev.pounce.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.bench.load.Asked.Fate;
import dev.pounce.bench.load.Incident.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request that was not answered can be put down to, and what it can't. */
class LedgerTest {

  private static final long PID = 7;

  private final Ledger ledger = new Ledger();

  /** Not the first on its connection, which was opened at 0. */
  private static Asked asked(Fate fate, long sent, long ended) {
    return new Asked("GET /", 0, 1, sent, ended, PID, fate, "");
  }

  private static Asked first(Fate fate, long sent, long ended) {
    return new Asked("GET /", sent, sent, sent, ended, 0, fate, "");
  }

  private boolean isAccounted(Asked asked) {
    ledger.add(asked);
    return ledger.unaccounted().isEmpty();
  }

  @Test
  void answered_isCountedAndNeedsNoExplanation() {
    assertThat(isAccounted(asked(Fate.ANSWERED, 10, 20))).isTrue();
    assertThat(ledger.answered()).isEqualTo(1);
    assertThat(ledger.sent()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"CUT", "REFUSED", "WRONG"})
  void notAnswered_nothingWasDone_isUnaccountedFor(Fate fate) {
    assertThat(isAccounted(asked(fate, 10, 20))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"7, 15, true", "7, 21, false", "8, 15, false"})
  void cut_onAConnectionOfAProcess_isPutDownToTheDeathOfThatOneOnly(
      long pid, long killed, boolean accounted) {
    ledger.add(new Incident.Kill(pid, killed, killed + 1));
    assertThat(isAccounted(asked(Fate.CUT, 10, 20))).isEqualTo(accounted);
  }

  @ParameterizedTest
  @CsvSource({"15, true", "21, false", "5, false"})
  void cut_firstOnItsConnection_isPutDownToADeathMeanwhile(long killed, boolean accounted) {
    ledger.add(new Incident.Kill(PID, killed, killed + 1));
    assertThat(isAccounted(first(Fate.CUT, 10, 20))).isEqualTo(accounted);
  }

  @ParameterizedTest
  @CsvSource({"9, true", "11, false"})
  void cut_isPutDownToADrainThatHadBegunBeforeItWasSent(long begun, boolean accounted) {
    ledger.add(new Incident.Drain(begun, 30));
    assertThat(isAccounted(asked(Fate.CUT, 10, 20))).isEqualTo(accounted);
  }

  @ParameterizedTest
  @CsvSource({"11, true", "21, false"})
  void refused_firstOnItsConnection_isPutDownToADrainThatBeganMeanwhile(
      long begun, boolean accounted) {
    ledger.add(new Incident.Drain(begun, 30));
    assertThat(isAccounted(first(Fate.REFUSED, 10, 20))).isEqualTo(accounted);
  }

  @Test
  void refused_notTheFirstAndSentBefore_isPutDownToNoDrain() {
    ledger.add(new Incident.Drain(11, 30));
    assertThat(isAccounted(asked(Fate.REFUSED, 10, 20))).isFalse();
  }

  @Test
  void wrong_isPutDownToNothing() {
    ledger.add(new Incident.Drain(0, 30));
    ledger.add(new Incident.Kill(PID, 0, 30));
    assertThat(isAccounted(asked(Fate.WRONG, 10, 20))).isFalse();
  }

  @Test
  void accounted_countsByCause() {
    ledger.add(new Incident.Drain(30, 40));
    ledger.add(new Incident.Kill(PID, 15, 16));
    ledger.add(asked(Fate.CUT, 10, 20));
    ledger.add(asked(Fate.CUT, 31, 32));
    ledger.add(first(Fate.REFUSED, 31, 32));
    ledger.add(first(Fate.REFUSED, 31, 32));

    assertThat(ledger.accounted())
        .containsEntry(Cause.KILLED, 1)
        .containsEntry(Cause.CLOSED, 1)
        .containsEntry(Cause.REFUSED, 2);
  }
}
