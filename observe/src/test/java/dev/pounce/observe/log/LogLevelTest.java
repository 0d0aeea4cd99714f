package dev.pounce.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LogLevelTest {
  @ParameterizedTest
  @CsvSource({
    "ALL, DEBUG",
    "TRACE, DEBUG",
    "DEBUG, DEBUG",
    "INFO, INFO",
    "WARNING, WARNING",
    "ERROR, ERROR",
    "OFF, ERROR"
  })
  void of_levelOfTheJdk_isTheNearest(System.Logger.Level level, LogLevel nearest) {
    assertThat(LogLevel.of(level)).isEqualTo(nearest);
  }

  @ParameterizedTest
  @EnumSource(LogLevel.class)
  void system_anyLevel_comesBackTheSame(LogLevel level) {
    assertThat(LogLevel.of(level.system())).isEqualTo(level);
    assertThat(level.system().name()).isEqualTo(level.name());
  }

  @ParameterizedTest
  @CsvSource({"DEBUG, INFO, false", "INFO, INFO, true", "ERROR, INFO, true", "INFO, ERROR, false"})
  void reaches_threshold_fromItUpwards(LogLevel level, LogLevel threshold, boolean reaches) {
    assertThat(level.reaches(threshold)).isEqualTo(reaches);
  }
}
