package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunDirectoryTest {

  /** No process has this number: the system's limit is 2^22. */
  private static final String DEAD = "pounce-5000000-1700000000000-42";

  @TempDir private Path base;

  @Test
  void directory_isOfItsUserAlone_andTellsWhoseItIs() throws IOException {
    try (Ledger ledger = Ledger.create(base)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ledger.directory())))
          .isEqualTo("rwx------");
      assertThat(ledger.directory().getParent()).isEqualTo(base);
      assertThat(ledger.directory().getFileName().toString())
          .matches("pounce-" + Run.PID + "-" + Owner.self().start() + "-\\d+");
    }
  }

  @Test
  void directories_ofOneProcess_areUnlikeEachOther() throws IOException {
    try (Ledger one = Ledger.create(base);
        Ledger other = Ledger.create(base)) {
      assertThat(one.directory()).isNotEqualTo(other.directory()).exists();
    }
  }

  @Test
  void base_isMemoryWhereThereIsSome() {
    assertThat(RunDirectory.base()).isEqualTo(Path.of("/dev/shm"));
  }

  @Test
  void run_ofADeadProcess_isSwept() throws IOException {
    Path left = left(DEAD);
    Files.createFile(left.resolve("worker-1.slab"));
    Files.createFile(left.resolve("worker-1.families"));
    Files.createFile(left.resolve("worker-1.families.tmp"));
    Files.createFile(left.resolve("control"));
    old(left);

    sweep();

    assertThat(left).doesNotExist();
  }

  @Test
  void run_ofAnEarlierProcessOfTheSameNumber_isSwept() throws IOException {
    Path left = old(left("pounce-" + Run.PID + "-1700000000000-42"));

    sweep();

    assertThat(left).doesNotExist();
  }

  @Test
  void run_ofALivingProcess_stays() throws IOException {
    Path living = old(left("pounce-" + Run.PID + "-" + (Owner.self().start() + 1_000) + "-42"));

    sweep();

    assertThat(living).exists();
  }

  @Test
  void run_writtenAMomentAgo_stays() throws IOException {
    Path elsewhere = left(DEAD);

    sweep();

    assertThat(elsewhere).exists();
  }

  @Test
  void whatIsNotOurs_stays() throws IOException {
    Path other = old(left("pounce-backup"));
    Path left = left(DEAD);
    Path letter = Files.createFile(left.resolve("letter"));
    Path slab = Files.createFile(left.resolve("worker-1.slab"));
    old(left);

    sweep();

    assertThat(other).exists();
    assertThat(letter).exists();
    assertThat(slab).doesNotExist();
  }

  @Test
  void link_isNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
    Path slab = Files.createFile(elsewhere.resolve("worker-1.slab"));
    old(elsewhere);
    Path link = Files.createSymbolicLink(base.resolve(DEAD), elsewhere);
    assertThat(new ProcessBuilder("touch", "-h", "-d", "1 hour ago", link + "").start().waitFor())
        .isZero();
    Path left = left("pounce-5000001-1700000000000-42");
    Files.createSymbolicLink(left.resolve("worker-2.slab"), slab);
    old(left);

    sweep();

    assertThat(slab).exists();
    assertThat(left).doesNotExist();
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  private Path left(String name) throws IOException {
    return Files.createDirectory(base.resolve(name));
  }

  private static Path old(Path directory) throws IOException {
    Instant then = Instant.now().minus(Duration.ofMinutes(2));
    return Files.setLastModifiedTime(directory, FileTime.from(then));
  }

  private void sweep() throws IOException {
    Ledger.create(base).close();
  }
}
