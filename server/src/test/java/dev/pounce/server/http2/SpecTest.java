package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.Running;
import dev.pounce.server.Secured;
import dev.pounce.server.ServerLog;
import dev.pounce.server.config.Builder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The conformance tests of h2spec, all of them, in clear and over TLS. */
@Timeout(300)
class SpecTest {

  private static final int TESTS = 146;
  private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

  @TempDir private Path folder;

  @BeforeEach
  void unpack() throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "h2spec is there for Linux on x86-64 only");
    Process tar =
        new ProcessBuilder("tar", "-xz", "-C", folder.toString()).redirectErrorStream(true).start();
    try (InputStream archive = SpecTest.class.getResourceAsStream(ARCHIVE);
        var in = tar.getOutputStream()) {
      Objects.requireNonNull(archive).transferTo(in);
    }
    assertThat(tar.waitFor()).isZero();
  }

  @Test
  void h2spec_inClear_passes() throws Exception {
    check(settings -> {});
  }

  @Test
  void h2spec_overTls_passes() throws Exception {
    Secured.write(folder);
    check(Secured.settings(folder), "-t", "-k");
  }

  private void check(Consumer<Builder> settings, String... options) throws Exception {
    try (ServerLog _ = ServerLog.open();
        Running server =
            Running.serve(
                Http.app(request -> Response.text(request.bytes().length + " octets\n")),
                settings)) {
      String said = run(server.port(), options);
      Matcher summary = SUMMARY.matcher(said);
      assertThat(summary.find()).as(said).isTrue();
      assertThat(summary.group())
          .as(failures(said))
          .isEqualTo(TESTS + " tests, " + TESTS + " passed, 0 skipped, 0 failed");
    }
  }

  private String run(int port, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(folder.resolve("h2spec").toString(), "--strict", "-o", "10"));
    command.addAll(List.of("-h", "127.0.0.1", "-p", String.valueOf(port)));
    command.addAll(List.of(options));
    Process h2spec = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = h2spec.getInputStream()) {
      String said = new String(out.readAllBytes(), UTF_8);
      h2spec.waitFor();
      return said;
    }
  }

  /** What it says of failures comes last. */
  private static String failures(String said) {
    int at = said.indexOf("Failures:");
    return at < 0 ? said : said.substring(at);
  }
}
