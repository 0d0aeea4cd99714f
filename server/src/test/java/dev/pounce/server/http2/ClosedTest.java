package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ClosedTest {

  private final Closed closed = new Closed();

  private void assertDataIsAnError(int id, boolean ended) {
    assertThatExceptionOfType(StreamError.class)
        .isThrownBy(() -> closed.data(id, ended))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STREAM_CLOSED));
  }

  private void assertHeadersAre(ErrorCode code, int id) {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> closed.headers(id))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void frames_onAStreamThatTheServerHasEnded_areDropped() {
    closed.add(1, false);
    assertThatCode(() -> closed.data(1, false)).doesNotThrowAnyException();
    assertThatCode(() -> closed.headers(1)).doesNotThrowAnyException();
  }

  @Test
  void frames_onAStreamThatThePeerHasEnded_areErrors() {
    closed.add(1, true);
    assertDataIsAnError(1, false);
    assertHeadersAre(ErrorCode.STREAM_CLOSED, 1);
  }

  @Test
  void data_onAStreamThatIsKnownToHaveEnded_isAnError() {
    assertDataIsAnError(1, true);
  }

  @Test
  void headers_onAStreamThatWasSkipped_areAnError() {
    closed.add(3, true);
    assertHeadersAre(ErrorCode.PROTOCOL_ERROR, 1);
  }

  @Test
  void stream_endedByBoth_staysEndedByThePeer() {
    closed.add(1, true);
    closed.add(1, false);
    assertDataIsAnError(1, false);
    closed.add(3, false);
    closed.add(3, true);
    assertDataIsAnError(3, false);
  }

  @Test
  void stream_longAgo_isForgotten_andThoseAfterItAreNot() {
    for (int id = 1; id < 2 * 300; id += 2) {
      closed.add(id, true);
    }
    assertThatCode(() -> closed.data(1, false)).doesNotThrowAnyException();
    assertDataIsAnError(599, false);
    assertDataIsAnError(401, false);
  }
}
