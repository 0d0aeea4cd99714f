package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {

  @TempDir Path folder;

  @Test
  void help_isTheTextThatPeopleRead() throws IOException {
    try (InputStream golden = CommandTest.class.getResourceAsStream("help.txt")) {
      assertThat(Outcome.of(folder, "--help"))
          .isEqualTo(new Outcome(0, new String(golden.readAllBytes(), StandardCharsets.UTF_8), ""));
    }
  }

  @Test
  void help_fitsOnATerminal() {
    assertThat(Outcome.of(folder, "--help").out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void version_isThatOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));

    assertThat(pom).contains("<version>" + Version.POUNCE + "-SNAPSHOT</version>");
    assertThat(Outcome.of(folder, "--version"))
        .isEqualTo(
            new Outcome(0, "Pounce " + Version.POUNCE + " (JDK " + Version.jdk() + ")\n", ""));
  }

  @Test
  void jdk_isTheRunningOne() {
    assertThat(System.getProperty("java.version")).startsWith(Version.jdk());
  }

  @Test
  void run_wrongUse_isExitCode2() {
    assertThat(Outcome.of(folder, "--prot", "1", "--hots=x"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                """
                pounce: Unknown option: --prot (did you mean --port?)
                pounce: Unknown option: --hots (did you mean --host?)
                """));
  }

  @Test
  void run_wrongConfiguration_isExitCode2() {
    assertThat(Outcome.of(folder, Map.of("POUNCE_WORKERS", "-1"), "--port=70000", "A.java"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                """
                pounce: port: 70000 (expected: 0 to 65535)
                pounce: workers: -1 (expected: 0 to 1024)
                """));
  }

  @Test
  void run_wrongTarget_isExitCode2() {
    assertThat(Outcome.of(folder, "no.such.Shop"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "pounce: no.such.Shop: no such class; looked in: nothing (there is no"
                    + " --classpath)\n"));
  }

  @Test
  void run_wrongClassPath_isExitCode2() {
    assertThat(Outcome.of(folder, "-cp", "no.jar", "no.such.Shop"))
        .isEqualTo(new Outcome(2, "", "pounce: classpath: no.jar (expected: a jar or a folder)\n"));
  }

  @Test
  void run_sourceWithErrors_showsThemAsTheCompilerDoes() throws IOException {
    Path file = source("A.java", "import dev.pounce.app.*;\n\nApplication app = Htp.app(null);\n");

    assertThat(Outcome.of(folder, "check", file.toString()))
        .isEqualTo(
            new Outcome(
                2,
                "",
                file
                    + """
                    :3: error: cannot find symbol
                    Application app = Htp.app(null);
                                      ^
                      symbol:   variable Htp
                      location: class A
                    1 error
                    """));
  }

  @Test
  void run_targetThatThrows_showsItsOwnFrames() throws IOException {
    Path file =
        source(
            "A.java",
            """
            dev.pounce.app.Application create() {
              throw new IllegalStateException("no database");
            }
            """);

    assertThat(Outcome.of(folder, "check", file + ":create()"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "pounce: "
                    + file
                    + """
                    : create() failed: java.lang.IllegalStateException: no database
                    java.lang.IllegalStateException: no database
                    \tat A.create(A.java:2)
                    """));
  }

  @Test
  void check_allAtDefaults_saysSo() throws IOException {
    Path file = hello();

    assertThat(Outcome.of(folder, "check", file.toString()))
        .isEqualTo(
            new Outcome(0, "ok: " + file + ":app\nAll settings are at their defaults.\n", ""));
  }

  @Test
  void check_settings_showsWhatDiffersAndWhereItComesFrom() throws IOException {
    Path file = hello();
    Path toml =
        Files.writeString(
            folder.resolve("pounce.toml"),
            "port = 1\nbacklog = 2048\nlog-format = 'json'\ntrusted-hosts = ['10.0.0.0/8']");

    assertThat(
            Outcome.of(
                folder, Map.of("POUNCE_WORKERS", "2"), "check", "--port=9000", file.toString()))
        .isEqualTo(
            new Outcome(
                0,
                """
                ok: %s:app
                  port           9000        --port
                  workers        2           POUNCE_WORKERS
                  trusted-hosts  10.0.0.0/8  %s
                  log-format     json        %s
                All other settings are at their defaults.
                """
                    .formatted(file, toml, toml),
                ""));
  }

  @Test
  void check_sourceWithWarnings_showsThem() throws IOException {
    Path file =
        source(
            "A.java",
            """
            dev.pounce.app.Application app = dev.pounce.app.Http.app(request -> null);
            void old() { Thread.currentThread().stop(); }
            """);

    Outcome outcome = Outcome.of(folder, "check", file.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .startsWith(file + ":2: warning: [removal] stop() in Thread")
        .endsWith("\n1 warning\n");
  }

  private Path hello() throws IOException {
    return source(
        "Hello.java",
        "import dev.pounce.app.*;\n\nApplication app = Http.app(r -> Response.text(\"hi\"));\n");
  }

  private Path source(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
