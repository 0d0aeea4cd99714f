package dev.pounce.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of real files, and what a watch makes of them. */
@Timeout(60)
class WatchTest {

  @TempDir Path folder;
  private Path source;
  private Watch watch;
  private final Inputs inputs = new Inputs();
  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() throws IOException {
    source = Files.writeString(folder.resolve("Hello.java"), "1");
    watch = Watch.open(folder);
  }

  @AfterEach
  void close() throws IOException {
    watch.close();
  }

  @Test
  void save_overTheFile_isAChange() throws Exception {
    begin(source);
    Files.writeString(source, "2");

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @Test
  void save_byRename_isAChangeEachTime() throws Exception {
    begin(source);
    for (int i = 0; i < 3; i++) {
      rename(Files.writeString(folder.resolve("Hello.java.new~"), "new"), source);

      assertThat(next()).isEqualTo("Hello.java changed");
    }
  }

  @Test
  void save_awayAndBack_isAChange() throws Exception {
    begin(source);
    Files.delete(source);
    assertThat(next()).isEqualTo("Hello.java changed");
    Files.writeString(source, "2");

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @Test
  void save_throughALink_isAChange() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real")).resolve("A.java");
    Files.writeString(real, "1");
    begin(Files.createSymbolicLink(folder.resolve("Link.java"), real));
    Files.writeString(real, "2");

    assertThat(next()).isEqualTo("real/A.java changed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Hello.java~", ".Hello.java.swp", "4913", "Other.java", "#Hello.java#", ".git/x"})
  void unimportantFiles_areNoChange(String name) throws Exception {
    Files.createDirectory(folder.resolve(".git"));
    begin(source);
    Files.writeString(folder.resolve(name), "noise");
    Files.delete(folder.resolve(name));
    Files.writeString(source, "2");

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Shop.class~", ".git/index", "sub/.Shop.class.swp"})
  void unimportantFiles_inAFolder_areNoChange(String name) throws Exception {
    Path classes = Files.createDirectories(folder.resolve("classes/sub")).getParent();
    Files.createDirectory(classes.resolve(".git"));
    begin(classes);
    Files.writeString(classes.resolve(name), "noise");
    Files.writeString(classes.resolve("Shop.class"), "2");

    assertThat(next()).isEqualTo("classes/Shop.class changed");
  }

  @Test
  void folder_anyFileAtAnyDepth_isAChange() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("classes/com/acme"));
    begin(folder.resolve("classes"));
    Files.writeString(deep.resolve("page.html"), "resource");

    assertThat(next()).isEqualTo("classes/com/acme/page.html changed");
  }

  @Test
  void folder_thatAppearsLater_isWatchedToo() throws Exception {
    begin(folder.resolve("classes"));
    Path deep = Files.createDirectories(folder.resolve("classes/com/acme"));
    assertThat(next()).startsWith("classes");
    untilSeen(deep.resolve("Shop.class"));
  }

  @Test
  void folder_madeAnew_isWatchedStill() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("target/classes"));
    begin(classes);
    Files.delete(classes);
    Files.delete(classes.getParent());
    assertThat(next()).isEqualTo("target/classes changed");
    Files.createDirectories(classes);
    assertThat(next()).startsWith("target");
    untilSeen(classes.resolve("Shop.class"));
  }

  @Test
  void folder_replacedByRename_isWatchedStill() throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path fresh = Files.createDirectory(folder.resolve("fresh"));
    begin(classes);
    Files.move(classes, folder.resolve("old"));
    Files.move(fresh, classes);
    assertThat(next()).isEqualTo("classes changed");
    untilSeen(classes.resolve("Shop.class"));
  }

  @Test
  void listing_newFileOfItsKind_isAChange() throws Exception {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    inputs.add(lib, ".jar");
    begin();
    Files.writeString(lib.resolve("notes.txt"), "noise");
    Files.writeString(lib.resolve("new.jar"), "jar");

    assertThat(next()).isEqualTo("lib/new.jar changed");
  }

  @Test
  void change_whileActing_isActedOnAfterwards() throws Exception {
    CountDownLatch saved = new CountDownLatch(1);
    inputs.add(source);
    watch.expect(inputs, Instant.now().plusSeconds(60));
    watch.start(
        () -> {},
        change -> {
          changes.add(change);
          await(saved);
        });
    Files.writeString(source, "2");
    assertThat(next()).isEqualTo("Hello.java changed");
    Files.writeString(source, "3");
    saved.countDown();

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @Test
  void change_sinceTheReadingBegan_isActedOnAtOnce() throws Exception {
    Instant begun = Instant.now();
    Files.writeString(source, "2");
    inputs.add(source);
    watch.expect(inputs, begun);
    watch.start(() -> {}, changes::add);

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @Test
  void noise_inAFolderSinceTheReadingBegan_isNoChange() throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Instant begun = Instant.now().plusMillis(100);
    while (Instant.now().isBefore(begun.plusMillis(20))) {
      Files.writeString(classes.resolve(".noise"), "noise");
      Files.delete(classes.resolve(".noise"));
    }
    inputs.add(classes);
    watch.expect(inputs, begun);
    watch.start(() -> {}, changes::add);
    Files.writeString(classes.resolve("Shop.class"), "1");

    assertThat(next()).isEqualTo("classes/Shop.class changed");
  }

  @Test
  void change_ofWhatIsNoInputAnyMore_isNone() throws Exception {
    Path other = Files.writeString(folder.resolve("Other.java"), "1");
    begin(source, other);
    Inputs fewer = new Inputs();
    fewer.add(source);
    watch.expect(fewer, Instant.now().plusSeconds(60));
    Files.writeString(other, "2");
    Files.writeString(source, "2");

    assertThat(next()).isEqualTo("Hello.java changed");
  }

  @Test
  void close_endsTheThread() throws Exception {
    begin(source);
    watch.close();
    Files.writeString(source, "2");

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("pounce-watch");
    assertThat(changes).isEmpty();
  }

  /** Watches paths, whose changes up to now don't count. */
  private void begin(Path... paths) {
    for (Path path : paths) {
      inputs.add(path);
    }
    watch.expect(inputs, Instant.now().plusSeconds(60));
    watch.start(() -> {}, changes::add);
  }

  private String next() throws InterruptedException {
    String change = changes.poll(30, TimeUnit.SECONDS);
    return change == null ? "nothing changed" : change;
  }

  /** Writes a file, again after each change, until there is one of it. */
  private void untilSeen(Path file) throws Exception {
    Files.writeString(file, "new");
    String expected = folder.relativize(file).toString();
    String change = next();
    while (!change.contains(expected)) {
      assertThat(change).isNotEqualTo("nothing changed");
      Files.writeString(file, "newer");
      change = next();
    }
    assertThat(change).contains(expected);
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
