package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private final Settings settings = new Settings();
  private final List<Long> tables = new ArrayList<>();

  private void read(long... numbersAndValues) throws ConnectionError {
    ByteBuffer payload = ByteBuffer.allocate(3 + numbersAndValues.length / 2 * Settings.SIZE);
    payload.position(3);
    for (int i = 0; i < numbersAndValues.length; i += 2) {
      payload.putShort((short) numbersAndValues[i]).putInt((int) numbersAndValues[i + 1]);
    }
    settings.read(payload.array(), 3, payload.position(), tables::add);
  }

  @Test
  void settings_ofAPeerThatHasSaidNothing_areTheDefaults() {
    assertThat(settings.window()).isEqualTo(65_535);
    assertThat(settings.frameLimit()).isEqualTo(16_384);
  }

  @Test
  void read_takesEachInOrder() throws ConnectionError {
    read(4, 1, 1, 0, 5, 20_000, 1, 4_294_967_295L, 4, 2);
    assertThat(settings.window()).isEqualTo(2);
    assertThat(settings.frameLimit()).isEqualTo(20_000);
    assertThat(tables).containsExactly(0L, 4_294_967_295L);
  }

  @Test
  void read_unknownOnes_areIgnored() throws ConnectionError {
    read(0, 7, 0xfff, 7, 3, 0, 6, 0);
    assertThat(settings.window()).isEqualTo(65_535);
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource({
    "2, 2,          PROTOCOL_ERROR",
    "4, 2147483648, FLOW_CONTROL_ERROR",
    "4, 4294967295, FLOW_CONTROL_ERROR",
    "5, 16383,      PROTOCOL_ERROR",
    "5, 16777216,   PROTOCOL_ERROR",
  })
  void read_valueOutOfRange_isAnError(int number, long value, ErrorCode code) {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> read(number, value))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "4, 0", "4, 2147483647", "5, 16384", "5, 16777215"})
  void read_valueAtTheEdge_isTaken(int number, long value) throws ConnectionError {
    read(number, value);
    assertThat(settings.window()).isEqualTo((int) (number == 4 ? value : 65_535));
    assertThat(settings.frameLimit()).isEqualTo((int) (number == 5 ? value : 16_384));
  }

  @Test
  void put_isWhatIsRead() throws ConnectionError {
    byte[] payload = new byte[Settings.SIZE];
    assertThat(Settings.put(Settings.INITIAL_WINDOW_SIZE, 77, payload, 0)).isEqualTo(6);
    settings.read(payload, 0, 6, tables::add);
    assertThat(settings.window()).isEqualTo(77);
  }
}
