package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launcher in a tree of its own, with a Maven and a JDK that only write down how they are
 * called.
 */
class LauncherTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "env",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sleep",
          "tail",
          "touch");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String MVN =
      """
      #!/usr/bin/env bash
      echo "$PWD $*" >>"$FAKES/mvn.log"
      while [[ -e $FAKES/hold ]]; do sleep 0.02; done
      if [[ -e $FAKES/broken ]]; then
        printf '[INFO] fine\\n[ERROR] Shop.java:[3,1] no\\n'
        exit 1
      fi
      mkdir -p cli/target/pounce/lib
      touch cli/target/pounce/lib/{zebra,pounce-cli,pounce-app,alpha}.jar
      """;

  private static final String JAVA =
      """
      #!/usr/bin/env bash
      for arg; do
        if [[ $arg == -XX:AOTCacheOutput=* ]]; then
          echo "$*" >>"$FAKES/record.log"
          echo recorded >"${arg#*=}"
          exit
        fi
      done
      printf '%s\\n' "$@" "${POUNCE_JAVA_OPTS-unset}"
      """;

  @TempDir Path folder;
  private Path tree;
  private Path fakes;

  @BeforeEach
  void make() throws IOException {
    tree = Files.createDirectories(folder.resolve("a tree"));
    fakes = Files.createDirectories(folder.resolve("fakes"));
    Files.createDirectories(tree.resolve(".mvn"));
    Files.copy(ROOT.resolve("pounce"), tree.resolve("pounce"));
    Files.copy(ROOT.resolve(".mvn/jdk25.sh"), tree.resolve(".mvn/jdk25.sh"));
    Files.createFile(tree.resolve("pom.xml"));
    for (String module : List.of("app", "observe", "server", "otel", "compression", "cli")) {
      Files.createDirectories(tree.resolve(module).resolve("src/main"));
      Files.createFile(tree.resolve(module).resolve("src/main/A.java"));
      Files.createFile(tree.resolve(module).resolve("pom.xml"));
    }
    Path bin = Files.createDirectories(fakes.resolve("bin"));
    for (String tool : TOOLS) {
      Path here = Path.of("/usr/bin", tool);
      Path there = Files.exists(here) ? here : Path.of("/bin", tool);
      script(bin.resolve(tool), "#!/bin/sh\nexec " + there + " \"$@\"\n");
    }
    script(bin.resolve("mvn"), MVN);
    script(Files.createDirectories(fakes.resolve("jdk/bin")).resolve("java"), JAVA);
    script(fakes.resolve("jdk/bin/javac"), "#!/usr/bin/env bash\n");
    jdk("25.0.9");
    age();
  }

  @Test
  void firstUse_buildsAndRecordsThenRuns() throws Exception {
    Outcome outcome = pounce("com.acme.Shop", "--port", "1");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .isEqualTo("pounce: building (first use)\npounce: preparing fast starts\n");
    assertThat(outcome.out())
        .startsWith("-XX:AOTCache=" + dist() + "/class.aot\n")
        .endsWith("\ndev.pounce.cli.Main\ncom.acme.Shop\n--port\n1\nunset\n");
    assertThat(log("mvn.log"))
        .singleElement()
        .asString()
        .startsWith(tree + " ")
        .contains(" -Dgates=off -Dmaven.test.skip=true -pl cli -am package");
    assertThat(log("record.log"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(" dev.pounce.cli.Rehearsal "));
  }

  @Test
  void run_classPath_isThatOfTheRecordingWithPounceFirst() throws Exception {
    String classPath = "";
    for (String jar : List.of("pounce-app", "pounce-cli", "alpha", "zebra")) {
      classPath += (classPath.isEmpty() ? "" : ":") + dist() + "/lib/" + jar + ".jar";
    }

    assertThat(pounce("A").out()).contains("\n-cp\n" + classPath + "\n");
    String recorded = "-cp " + classPath + " ";
    assertThat(log("record.log")).allSatisfy(line -> assertThat(line).contains(recorded));
  }

  @Test
  void secondUse_startsAtOnce() throws Exception {
    pounce("A");
    Outcome again = pounce("A");

    assertThat(again.err()).isEmpty();
    assertThat(log("mvn.log")).hasSize(1);
    assertThat(log("record.log")).hasSize(2);
  }

  @Test
  void changedOptions_areRecordedAnew() throws Exception {
    pounce("A");
    Path launcher = tree.resolve("pounce");
    String changed = Files.readString(launcher).replace("-XX:-UsePerfData", "-XX:+UsePerfData");
    Files.writeString(launcher, changed);
    Outcome again = pounce("A");

    assertThat(again.err()).isEqualTo("pounce: preparing fast starts\n");
    assertThat(log("mvn.log")).hasSize(1);
    assertThat(log("record.log")).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "app/src/main/A.java",
    "server/src/main/A.java",
    "otel/src/main/A.java",
    "compression/src/main/A.java",
    "cli/pom.xml",
    "pom.xml"
  })
  void changedSource_isBuiltAgain(String changed) throws Exception {
    pounce("A");
    later(tree.resolve(changed));
    Outcome again = pounce("A");

    assertThat(again.err()).startsWith("pounce: building (sources have changed)\n");
    assertThat(log("mvn.log")).hasSize(2);
    assertThat(log("record.log")).hasSize(4);
  }

  @Test
  void jarsBuiltBySomebodyElse_areRecordedAgain() throws Exception {
    pounce("A");
    later(dist().resolve("lib/pounce-app.jar"));
    Outcome again = pounce("A");

    assertThat(again.err()).isEqualTo("pounce: preparing fast starts\n");
    assertThat(log("mvn.log")).hasSize(1);
  }

  @Test
  void otherJdk_isRecordedAgain() throws Exception {
    pounce("A");
    jdk("25.0.10");
    Outcome again = pounce("A");

    assertThat(again.err()).isEqualTo("pounce: preparing fast starts\n");
    assertThat(pounce("A").err()).isEmpty();
  }

  @Test
  void failedBuild_showsMavensErrorsAndIsTriedAgain() throws Exception {
    Files.createFile(fakes.resolve("broken"));
    Outcome outcome = pounce("A");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .isEqualTo(
            "pounce: building (first use)\n[ERROR] Shop.java:[3,1] no\n"
                + "pounce: could not be built; all that Maven said is in "
                + dist()
                + "/build.log\n");

    Files.delete(fakes.resolve("broken"));
    assertThat(pounce("A").code()).isZero();
  }

  @Test
  void noMaven_saysWhatIsMissing() throws Exception {
    Files.delete(fakes.resolve("bin/mvn"));
    Outcome outcome = pounce("A");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("pounce: Maven is missing; as root: apt-get install maven\n");
  }

  @Test
  void anyWayOfCalling_isTheSameClassPath() throws Exception {
    String expected = pounce("A").out();
    Path link = Files.createSymbolicLink(folder.resolve("link"), tree.resolve("pounce"));
    Path folderLink = Files.createSymbolicLink(folder.resolve("linked tree"), tree);

    assertThat(run(folder, Map.of(), link.toString(), "A").out()).isEqualTo(expected);
    assertThat(run(folder, Map.of(), folderLink.resolve("pounce").toString(), "A").out())
        .isEqualTo(expected);
    assertThat(run(tree, Map.of(), "./pounce", "A").out()).isEqualTo(expected);
    assertThat(run(tree.resolve("app"), Map.of(), "../pounce", "A").out()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Hello.java, source",
    "a/Hello.java:app, source",
    "com.acme.Shop, class",
    "shop.jar:com.acme.Shop, class",
    "--help, class",
  })
  void target_hasTheRecordingOfItsKind(String target, String kind) throws Exception {
    assertThat(pounce(target).out()).startsWith("-XX:AOTCache=" + dist() + "/" + kind + ".aot\n");
  }

  @Test
  void javaOptions_comeLast() throws Exception {
    Outcome outcome = run(tree, Map.of("POUNCE_JAVA_OPTS", " -Xmx1g  -Da=* "), "./pounce", "A");

    assertThat(outcome.out())
        .contains("-XX:+UseParallelGC", "\n-Xmx1g\n-Da=*\n-cp\n")
        .endsWith("\nunset\n");
  }

  @ParameterizedTest
  @CsvSource({"-XX:+UseZGC", "-Xmx1g -XX:+UseG1GC"})
  void javaOptions_ownCollector_replacesOurs(String options) throws Exception {
    Outcome outcome = run(tree, Map.of("POUNCE_JAVA_OPTS", options), "./pounce", "A");

    assertThat(outcome.out()).contains("\n" + options.replace(' ', '\n') + "\n");
    assertThat(outcome.out()).doesNotContain("-XX:+UseParallelGC");
  }

  @Test
  void socketOfSystemd_reachesTheJvm() throws Exception {
    Files.writeString(folder.resolve("socket"), "");
    script(
        fakes.resolve("jdk/bin/java"),
        """
        #!/usr/bin/env bash
        [[ $* == *-XX:AOTCacheOutput=* ]] && exit
        echo "$((LISTEN_PID - $$)) $(readlink /proc/$$/fd/3)"
        """);
    String systemd = "exec 3<\"$1/socket\"; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$2\" A";

    Outcome outcome =
        run(
            folder,
            Map.of(),
            "/bin/bash",
            "-c",
            systemd,
            "systemd",
            folder.toString(),
            tree.resolve("pounce").toString());

    assertThat(outcome.out()).isEqualTo("0 " + folder.resolve("socket") + "\n");
  }

  @Test
  void foreignFunctions_areAllowed() throws Exception {
    assertThat(pounce("A").out()).contains("\n--enable-native-access=ALL-UNNAMED\n");
    assertThat(log("record.log"))
        .allSatisfy(line -> assertThat(line).contains(" --enable-native-access=ALL-UNNAMED "));
  }

  @Test
  void readOnlyTree_builtOnce_runs() throws Exception {
    String expected = pounce("A").out();
    later(tree.resolve("pom.xml"));
    Outcome outcome = readOnly("A");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo(expected);
  }

  @Test
  void readOnlyTree_neverBuilt_saysSo() throws Exception {
    Outcome outcome = readOnly("A");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("pounce: is not built yet, and " + tree + "/cli/target can't be written\n");
  }

  @Test
  void twoFirstUsesAtOnce_buildOnce() throws Exception {
    Path hold = Files.createFile(fakes.resolve("hold"));
    Process first = start(tree, Map.of(), "first", List.of("./pounce", "A"));
    await(fakes.resolve("mvn.log"), tree.toString());
    Process second = start(tree, Map.of(), "second", List.of("./pounce", "A"));
    await(folder.resolve("second.err"), "waiting for another one that is building");
    Files.delete(hold);

    assertThat(outcome(first, "first").code()).isZero();
    assertThat(outcome(second, "second"))
        .isEqualTo(
            new Outcome(
                0,
                Files.readString(folder.resolve("first.out")),
                "pounce: waiting for another one that is building\n"));
    assertThat(log("mvn.log")).hasSize(1);
    assertThat(log("record.log")).hasSize(2);
  }

  private Path dist() {
    return tree.resolve("cli/target/pounce");
  }

  private Outcome pounce(String... args) throws Exception {
    List<String> line = new ArrayList<>(List.of(args));
    line.addFirst(tree.resolve("pounce").toString());
    return run(folder, Map.of(), line.toArray(String[]::new));
  }

  private Outcome run(Path directory, Map<String, String> environment, String... line)
      throws Exception {
    return outcome(start(directory, environment, "run", List.of(line)), "run");
  }

  /** Root can write anywhere, unless it gives that up. */
  private Outcome readOnly(String... args) throws Exception {
    List<String> line = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      line.addAll(List.of("/usr/bin/setpriv", "--bounding-set=-dac_override,-fowner"));
    }
    line.add(tree.resolve("pounce").toString());
    line.addAll(List.of(args));
    mode("r-xr-xr-x");
    try {
      return outcome(start(folder, Map.of(), "run", line), "run");
    } finally {
      mode("rwxr-xr-x");
    }
  }

  private void mode(String permissions) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      }
    }
  }

  private Process start(
      Path directory, Map<String, String> environment, String name, List<String> line)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().remove("POUNCE_JAVA_OPTS");
    builder.environment().put("PATH", fakes.resolve("bin").toString());
    builder.environment().put("JAVA_HOME", fakes.resolve("jdk").toString());
    builder.environment().put("FAKES", fakes.toString());
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Outcome outcome(Process process, String name) throws IOException, InterruptedException {
    assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return new Outcome(
        process.exitValue(),
        Files.readString(folder.resolve(name + ".out")),
        Files.readString(folder.resolve(name + ".err")));
  }

  private static void await(Path file, String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file) || !Files.readString(file).contains(text)) {
      assertThat(System.nanoTime()).as("no '%s' in %s", text, file).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private List<String> log(String name) throws IOException {
    Path log = fakes.resolve(name);
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private void jdk(String version) throws IOException {
    Files.writeString(fakes.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  /** So that all of the tree is older than what is built from it. */
  private void age() throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
      }
    }
  }

  private static void later(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
