package dev.pounce.server.listen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final int PATIENCE_SECONDS = 20;

  @Test
  void fullLoad_onTheOnlyCarrier_letsOtherVirtualThreadsRun() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FullLoad.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("a thread that was started while the carrier was busy has run")
          .isTrue();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("ran\n");
    } finally {
      process.destroyForcibly().waitFor();
      process.getInputStream().close();
    }
  }
}
