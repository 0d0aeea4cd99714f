package dev.pounce.house;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.house.Dockerfile.Instruction;
import dev.pounce.testkit.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ops/docker/Dockerfile puts into /opt/pounce, laid out and recorded by the same commands in
 * another folder, and run as a container would run it: by the entry point, with the environment of
 * the image and nothing else.
 *
 * <p>Wants the jars that a build has packaged, as {@code ./verify} does before the tests.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImageTest {

  private static final String PLACE = "/opt/pounce";

  /** What Jackson does without where it is missing: types and annotations of these modules. */
  private static final Set<String> FOR_JACKSON = Set.of("java.desktop", "java.sql");

  private static final long MIB = 1 << 20;
  private static final String SOURCE = "Hello.java";
  private static final String EXPECTING =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";

  @TempDir private static Path folder;
  private static Path home;
  private static Dockerfile dockerfile;

  @BeforeAll
  static void layOut() throws IOException, InterruptedException {
    dockerfile = Dockerfile.read();
    home = folder.resolve("opt");
    String[] modules = dockerfile.last("ARG").rest().split("=", 2);
    Map<String, String> building =
        Map.of("JAVA_HOME", System.getProperty("java.home"), modules[0], modules[1]);
    List<Instruction> runs = dockerfile.all("RUN");
    assertThat(runs).extracting(run -> run.words().getFirst()).hasSize(4).contains("useradd");
    run(runs.get(1).words(), building);
    run(runs.get(3).words(), Map.of("JAVA_HOME", here(dockerfile.environment("JAVA_HOME"))));
    pack(SlowUpload.class, folder.resolve("shop.jar"));
    Files.copy(Document.ROOT.resolve("examples/hello/Hello.java"), folder.resolve(SOURCE));
  }

  private static String here(String word) {
    return word.replace(PLACE, home.toString());
  }

  private static List<String> here(List<String> words) {
    return words.stream().map(ImageTest::here).toList();
  }

  private static void run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(here(command)).directory(Document.ROOT.toFile());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command + ": " + printed).isZero();
  }

  private static void pack(Class<?> application, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Pounce-Application", application.getName());
    String name = application.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry(name));
      out.write(Files.readAllBytes(Document.ROOT.resolve("house/target/test-classes", name)));
    }
  }

  /** Starts what a container starts. */
  private static ServerProcess start(Map<String, String> more, String... command)
      throws IOException {
    List<String> words = new ArrayList<>(here(dockerfile.last("ENTRYPOINT").words()));
    words.addAll(List.of(command));
    return ServerProcess.start(folder, words, environment(more));
  }

  private static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    for (String name :
        List.of(
            "JAVA_HOME",
            "POUNCE_HOST",
            "POUNCE_HEALTH_CHECK_PATH",
            "POUNCE_LOG_FORMAT",
            "POUNCE_JAVA_OPTS")) {
      all.put(name, here(dockerfile.environment(name)));
    }
    all.put("POUNCE_PORT", "0");
    all.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    all.putAll(more);
    return all;
  }

  private static int get(int port) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse().status();
    }
  }

  /** The exit code of the image's health check. */
  private static int health(int port) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(here(dockerfile.healthCheck()));
    builder.environment().putAll(environment(Map.of("POUNCE_PORT", String.valueOf(port))));
    return builder.redirectErrorStream(true).start().waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.jar", SOURCE})
  void target_isServed(String target) throws IOException, InterruptedException {
    try (ServerProcess server = start(Map.of(), target)) {
      assertThat(get(server.port())).isEqualTo(200);
    }
  }

  @Test
  void class_isServed() throws IOException, InterruptedException {
    String classes = folder.resolve("shop.jar").toString();
    try (ServerProcess server =
        start(Map.of(), "--classpath", classes, SlowUpload.class.getName())) {
      assertThat(get(server.port())).isEqualTo(200);
    }
  }

  @Test
  void traces_areSent() throws IOException, InterruptedException {
    try (ServerSocket collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerProcess server =
            start(
                Map.of(
                    "POUNCE_OTEL_ENDPOINT",
                    "http://127.0.0.1:" + collector.getLocalPort(),
                    "OTEL_BSP_SCHEDULE_DELAY",
                    "10"),
                "shop.jar")) {
      assertThat(get(server.port())).isEqualTo(200);
      try (Socket sender = collector.accept();
          BufferedReader in =
              new BufferedReader(new InputStreamReader(sender.getInputStream(), US_ASCII));
          OutputStream out = sender.getOutputStream()) {
        assertThat(in.readLine()).startsWith("POST /v1/traces ");
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      }
    }
  }

  @Test
  void codings_areAllThere() throws IOException, InterruptedException {
    try (ServerProcess server = start(Map.of("POUNCE_COMPRESSION", "true"), "shop.jar")) {
      server.readUntil("Compression: zstd, br, gzip");
      assertThat(get(server.port())).isEqualTo(200);
    }
  }

  @Test
  void healthCheck_failsWhenTheServerDrainsAndWhenItIsGone()
      throws IOException, InterruptedException {
    try (ServerProcess server = start(Map.of(), "shop.jar")) {
      int port = server.port();
      assertThat(health(port)).isZero();
      try (RawClient client = RawClient.connect(port)) {
        assertThat(client.send(EXPECTING).readHead().status()).isEqualTo(100);
        server.terminate();
        server.readUntil("draining 1 active connection(s)");
        assertThat(health(port)).isEqualTo(1);
        client.send("ok").readResponse();
      }
      assertThat(server.exitCode()).isZero();
      assertThat(health(port)).isEqualTo(1);
    }
  }

  @Test
  void entryPoint_becomesTheServer_andDrainsAtSigterm() throws IOException, InterruptedException {
    try (ServerProcess server = start(Map.of(), "shop.jar");
        RawClient client = RawClient.connect(server.port())) {
      assertThat(Path.of("/proc", String.valueOf(server.pid()), "exe").toRealPath())
          .isEqualTo(home.resolve("java/bin/java").toRealPath());
      assertThat(client.send(EXPECTING).readHead().status()).isEqualTo(100);
      server.terminate();
      server.readUntil("draining 1 active connection(s)");
      assertThat(client.send("ok").readResponse().status()).isEqualTo(200);
      assertThat(server.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"class", "source"})
  void start_usesTheRecording(String kind) throws IOException, InterruptedException {
    String target = kind.equals("class") ? "shop.jar" : SOURCE;
    try (ServerProcess server = start(Map.of(), target)) {
      assertThat(get(server.port())).isEqualTo(200);
      assertThat(Files.readString(Path.of("/proc", String.valueOf(server.pid()), "maps")))
          .contains(home + "/cli/target/pounce/" + kind + ".aot");
    }
  }

  @Test
  void memory_isAShareOfTheContainers() throws IOException, InterruptedException {
    String options = dockerfile.environment("POUNCE_JAVA_OPTS");
    assertThat(options).contains("-XX:+ExitOnOutOfMemoryError");
    try (ServerProcess server =
        start(Map.of("POUNCE_JAVA_OPTS", options + " -XX:MaxRAM=512m"), "shop.jar")) {
      server.port();
      String jcmd = home.resolve("java/bin/jcmd").toString();
      String info = Transcript.run(jcmd + " " + server.pid() + " VM.flags", folder, Map.of());
      long heap = Long.parseLong(info.replaceAll("(?s).*-XX:MaxHeapSize=(\\d+).*", "$1"));
      assertThat(heap / MIB).isBetween(350L, 360L);
    }
  }

  @Test
  void runtime_hasTheModulesThatTheJarsUse() throws IOException {
    Path jars = home.resolve("cli/target/pounce/lib");
    List<String> words = new ArrayList<>(List.of("--multi-release", "25", "-s"));
    words.addAll(
        List.of(
            "--module-path",
            jars + ":" + jars.resolve("otel") + ":" + jars.resolve("compression")));
    try (Stream<Path> files = Files.walk(jars)) {
      files.map(Path::toString).filter(file -> file.endsWith(".jar")).forEach(words::add);
    }
    StringWriter out = new StringWriter();
    PrintWriter printed = new PrintWriter(out);
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(printed, printed, words.toArray(String[]::new));
    Set<String> used = new TreeSet<>();
    Pattern.compile("-> (java\\.\\S+|jdk\\.\\S+)")
        .matcher(out.toString())
        .results()
        .forEach(module -> used.add(module.group(1)));
    used.removeAll(FOR_JACKSON);
    assertThat(used).contains("jdk.unsupported", "java.net.http");
    assertThat(Files.readString(home.resolve("java/release")).split("[\" ]")).containsAll(used);
  }

  @Test
  void files_canBeReadByTheUserOfTheImage_butNotWritten() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(file -> !Files.isSymbolicLink(file)))
          .allSatisfy(file ->
              assertThat(Files.getPosixFilePermissions(file))
                  .contains(PosixFilePermission.OTHERS_READ)
                  .doesNotContain(PosixFilePermission.OTHERS_WRITE));
    }
  }

  @Test
  void runtime_isNoLargerThanDocumented() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes / MIB).isBetween(100L, 170L);
  }
}
