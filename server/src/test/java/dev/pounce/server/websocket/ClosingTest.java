package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Message.Close.ABNORMAL;
import static dev.pounce.server.websocket.Message.Close.NO_STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.websocket.Message.Close;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long START = Long.MAX_VALUE - 7;
  private static final Close BYE = new Close(1000, "bye");
  private static final Close LOST = new Close(ABNORMAL, "");

  private final Closing closing = new Closing(PATIENCE);

  private static long after(Duration duration) {
    return START + duration.toNanos();
  }

  @Test
  void nothingSaid_isOpenForEver() {
    assertThat(closing.isOpen()).isTrue();
    assertThat(closing.isOver(after(Duration.ofDays(365)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 4999, NO_STATUS})
  void clientCloses_sameCodeIsSentAndThenAllIsOver(int code) {
    assertThat(closing.received(new Close(code, "why"), START)).isEqualTo(new Close(code, ""));
    assertThat(closing.isOpen()).isFalse();
    assertThat(closing.isOver(START)).isFalse();

    closing.sent(START + 1);

    assertThat(closing.isOver(START + 1)).isTrue();
    assertThat(closing.outcome()).isEqualTo(new Close(code, "why"));
  }

  @Test
  void serverCloses_clientsAnswerIsTheOutcomeAndNotAnswered() {
    closing.sent(START);
    assertThat(closing.isOpen()).isFalse();
    assertThat(closing.isOver(START)).isFalse();

    assertThat(closing.received(BYE, START + 1)).isNull();

    assertThat(closing.isOver(START + 1)).isTrue();
    assertThat(closing.outcome()).isEqualTo(BYE);
  }

  @Test
  void clientDoesNotAnswer_overAfterPatience() {
    closing.sent(START);

    assertThat(closing.isOver(after(PATIENCE) - 1)).isFalse();
    assertThat(closing.isOver(after(PATIENCE))).isTrue();
    assertThat(closing.outcome()).isEqualTo(LOST);
  }

  @Test
  void answerCannotBeWritten_overAfterPatienceSinceTheClientClosed() {
    closing.received(BYE, START);

    assertThat(closing.isOver(after(PATIENCE) - 1)).isFalse();
    assertThat(closing.isOver(after(PATIENCE))).isTrue();
    assertThat(closing.outcome()).isEqualTo(BYE);
  }

  @Test
  void streamEnds_overAtOnceAndNothingIsSent() {
    assertThat(closing.received(LOST, START)).isNull();

    assertThat(closing.isOver(START)).isTrue();
    assertThat(closing.outcome()).isEqualTo(LOST);
  }

  @Test
  void streamEndsInsteadOfAnAnswer_overAtOnce() {
    closing.sent(START);

    assertThat(closing.received(LOST, START)).isNull();

    assertThat(closing.isOver(START)).isTrue();
    assertThat(closing.outcome()).isEqualTo(LOST);
  }

  @Test
  void ruleBroken_itsCodeIsSentAndNothingAwaited() {
    assertThat(closing.failed(Failure.data("wrong"), START)).isEqualTo(new Close(1007, "wrong"));
    assertThat(closing.isOpen()).isFalse();
    assertThat(closing.isOver(START)).isFalse();

    closing.sent(START);

    assertThat(closing.isOver(START)).isTrue();
    assertThat(closing.outcome()).isEqualTo(new Close(ABNORMAL, "wrong"));
  }

  @Test
  void ruleBrokenAfterTheServersClose_overAtOnce() {
    closing.sent(START);

    assertThat(closing.failed(Failure.protocol("wrong"), START)).isNull();
    assertThat(closing.isOver(START)).isTrue();
  }

  @Test
  void ruleBrokenAndCodeCannotBeWritten_overAfterPatience() {
    closing.failed(Failure.protocol("wrong"), START);

    assertThat(closing.isOver(after(PATIENCE) - 1)).isFalse();
    assertThat(closing.isOver(after(PATIENCE))).isTrue();
  }
}
