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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void turmoil_atRandom_leavesNoRequestUnaccountedFor(boolean processes, @TempDir Path scratch)
      throws Exception {
    long seed = ThreadLocalRandom.current().nextInt(1_000_000_000);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    var plan =
        new Turmoil.Plan(
            Pounce.command(), Pounce.WITNESS, processes, CLIENTS, REQUESTS, seed, TIME);

    List<String> complaints = Turmoil.run(plan, scratch, new PrintStream(said));

    assertThat(complaints).as(said.toString()).isEmpty();
  }
}
