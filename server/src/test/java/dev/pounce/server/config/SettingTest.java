package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingTest {

  @Test
  void settings_areTheFieldsOfTheConfiguration() {
    assertThat(Setting.values())
        .extracting(setting -> setting.key().replace("-", ""))
        .containsExactlyElementsOf(
            Arrays.stream(ServerConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
  }

  @ParameterizedTest
  @EnumSource
  void environment_isTheKeyInCapitals(Setting setting) {
    assertThat(setting.environment())
        .isEqualTo("POUNCE_" + setting.key().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @ParameterizedTest
  @EnumSource
  void hasFlag_allButTrust(Setting setting) {
    assertThat(setting.hasFlag()).isEqualTo(setting != Setting.TRUSTED_HOSTS);
  }

  @ParameterizedTest
  @EnumSource
  void isSwitch_whatIsOnOrOff(Setting setting) {
    assertThat(setting.isSwitch())
        .isEqualTo(
            EnumSet.of(
                    Setting.COMPRESSION,
                    Setting.LIFECYCLE_LOGGING,
                    Setting.SERVER_TIMING,
                    Setting.RELOAD)
                .contains(setting));
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "5, 5s",
    "5s, 5s",
    "' 5 s ', 5s",
    "2.5, 2500ms",
    "250ms, 250ms",
    "0.25s, 250ms",
    "2m, 120s",
    "1h, 3600s",
  })
  void duration_inAnyUnit_isRead(String text, String value) {
    assertThat(Setting.REQUEST_TIMEOUT.value(set("request-timeout", text))).isEqualTo(value);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "port | http | a whole number",
        "port | 8000.5 | a whole number",
        "port | 99999999999 | a whole number",
        "keep-alive-timeout | 5 parsecs | seconds, or a number with ms, s, m or h",
        "keep-alive-timeout | -5s | seconds, or a number with ms, s, m or h",
        "keep-alive-timeout | '' | seconds, or a number with ms, s, m or h",
        "uds-permissions | rw-rw---- | four octal digits, 0000 to 0777, such as 0660",
        "uds-permissions | 660 | four octal digits, 0000 to 0777, such as 0660",
        "uds-permissions | 432 | four octal digits, 0000 to 0777, such as 0660",
        "uds-permissions | 1660 | four octal digits, 0000 to 0777, such as 0660",
        "uds-permissions | 0680 | four octal digits, 0000 to 0777, such as 0660",
        "max-request-size | 1MB | a number of bytes, or of KiB, MiB or GiB",
        "max-request-size | -1 | a number of bytes, or of KiB, MiB or GiB",
        "max-request-size | 9999999999GiB | fewer than 8 EiB",
        "log-level | verbose | debug, info, warning, error",
        "log-format | xml | text, json",
        "compression | yes | true or false",
        "otel-endpoint | http://a b | a URI, such as http://localhost:4318",
        "trusted-hosts | 10.0.0.1,proxy.local | an address, a CIDR block, unix or *",
        "trusted-hosts | 10.0.0.0/33 | a prefix length of 0 to 32",
        "prot | 1 | a known key; the nearest is port",
        "keep_alive_timeout | 5s | a known key; the nearest is keep-alive-timeout",
      })
  void set_textThatCantBeRead_isReportedWithItsRule(String key, String text, String rule) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> set(key, text))
        .withMessage(key + ": " + text + " (expected: " + rule + ")");
  }

  @ParameterizedTest(name = "{0} is nearest to {1}")
  @CsvSource({
    "prot, port",
    "hots, host",
    "worker, workers",
    "max-header, max-headers",
    "keepalive-timeout, keep-alive-timeout",
    "health-path, health-check-path",
    "metric-path, metrics-path",
    "otel-endpont, otel-endpoint",
  })
  void nearest_mistypedKey_isTheOneThatWasMeant(String mistyped, String meant) {
    assertThat(Setting.nearest(mistyped)).isEqualTo(meant);
  }

  @Test
  void of_unknownKey_isEmpty() {
    assertThat(Setting.of("prot")).isEmpty();
    assertThat(Setting.of("port")).contains(Setting.PORT);
  }

  private static ServerConfig set(String key, String text) {
    return ServerConfig.builder().set(key, text).build();
  }
}
