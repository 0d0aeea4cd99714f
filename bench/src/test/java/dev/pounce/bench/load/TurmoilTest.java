package dev.pounce.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bench/chaos} does for minutes, for as long as a build can wait. */
@Timeout(180)
class TurmoilTest {

  private static final Duration TIME = Duration.ofSeconds(8);
  private static final int CLIENTS = 4;

  /** So few that some processes are replaced in that time. */
  private static final int REQUESTS = 2_000;

  private static List<String> pounce() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.pounce.cli.Main");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void turmoil_atRandom_leavesNoRequestUnaccountedFor(boolean processes, @TempDir Path scratch)
      throws Exception {
    long seed = ThreadLocalRandom.current().nextInt(1_000_000_000);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    var plan =
        new Turmoil.Plan(
            pounce(), Path.of("Witness.java"), processes, CLIENTS, REQUESTS, seed, TIME);

    List<String> complaints = Turmoil.run(plan, scratch, new PrintStream(said));

    assertThat(complaints).as(said.toString()).isEmpty();
  }
}
