package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.cli.target.Workshop;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** The command with {@code --reload}, as somebody who works on an application has it. */
@Timeout(120)
class DevelopTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private static final String BROKEN =
      "import dev.pounce.app.*;\n\nApplication app = \"<script>alert(1)</script>\";\n";

  /** Answers with a word that it finds on the class path. */
  private static final String WORD =
      """
      import dev.pounce.app.*;

      String word() {
        try (var in = getClass().getResourceAsStream("/word.txt")) {
          return new String(in.readAllBytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      Application create() {
        String word = word();
        return Http.app(request -> Response.text(word));
      }
      """;

  @TempDir Path folder;
  private Path source;

  @BeforeEach
  void write() throws IOException {
    source = Files.writeString(folder.resolve("Hello.java"), answering("one"));
  }

  @Test
  void save_newAnswer_onTheSameConnection() throws Exception {
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      Files.writeString(source, answering("two"));
      await(client, "two");
      Path edited = Files.writeString(folder.resolve("Hello.java.tmp"), answering("three"));
      Files.move(edited, source, StandardCopyOption.ATOMIC_MOVE);
      await(client, "three");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.err()).isEmpty();
      assertThat(pounce.out())
          .contains(" · reloads on change\nPress Ctrl+C")
          .contains("] Hello.java changed — reloading, generation 1 serves meanwhile\n")
          .containsPattern("\\] Generation 2 serves \\(\\d+ ms\\)\n");
    }
  }

  @Test
  void change_ofAnotherSource_isServed() throws Exception {
    Files.writeString(source, answering("\" + Words.word() + \""));
    Path words = Files.createDirectories(folder.resolve("cache")).resolveSibling("Words.java");
    Files.writeString(words, "class Words { static String word() { return \"one\"; } }");
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      Files.writeString(words, "class Words { static String word() { return \"two\"; } }");
      await(client, "two");

      assertThat(pounce.out()).contains("] Words.java changed");
    }
  }

  @Test
  void change_inAClassPathFolder_isServed() throws Exception {
    Files.writeString(source, WORD);
    Path word = Files.createDirectory(folder.resolve("words")).resolve("word.txt");
    Files.writeString(word, "one");
    try (PounceProcess pounce = reload("--classpath", "words", "Hello.java:create()");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      Files.writeString(word, "two");
      await(client, "two");
    }
  }

  @Test
  void change_ofAJar_isServed() throws Exception {
    Files.writeString(source, WORD);
    jar("one");
    try (PounceProcess pounce = reload("--classpath", "words.jar", "Hello.java:create()");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      jar("not one but two");
      await(client, "not one but two");
    }
  }

  @Test
  void change_ofAClass_isServed() throws Exception {
    shop("one");
    try (PounceProcess pounce = reload("--classpath", "classes", "Shop");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      shop("two");
      await(client, "two");
    }
  }

  @Test
  void change_ofTheTargetsJar_isServed() throws Exception {
    Workshop workshop = new Workshop(folder);
    workshop.jar("shop.jar", shop("one"), "Pounce-Application: Shop");
    try (PounceProcess pounce = reload("shop.jar");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      workshop.jar("shop.jar", shop("two"), "Pounce-Application: Shop");
      await(client, "two");
    }
  }

  @Test
  void ownLog_inAClassPathFolder_isNoChange() throws Exception {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.resolve(".cache").toString());
    try (PounceProcess pounce =
            PounceProcess.start(
                folder, environment, List.of(), "--reload", "--port=0", "-cp", ".", "Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      pounce.await("GET / HTTP/1.1");
      Files.writeString(source, answering("two"));
      await(client, "two");

      assertThat(pounce.out())
          .contains("] Hello.java changed — reloading, generation 1")
          .doesNotContain("] out ");
    }
  }

  @Test
  void error_isAPageAndInTheTerminal_untilItIsMended() throws Exception {
    try (PounceProcess pounce = reload("--health-check-path=/health", "Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      Files.writeString(source, BROKEN);
      await(client, "Hello.java does not compile");

      assertThat(ask(client, "Accept: text/html\r\n").text())
          .contains("Hello.java:3: error: incompatible types", "&lt;script&gt;")
          .doesNotContain("<script");
      assertThat(health(client)).isEqualTo(200);
      assertThat(pounce.err())
          .startsWith("Hello.java:3: error: incompatible types: String cannot be converted")
          .contains("\nApplication app = \"<script>alert(1)</script>\";\n", "\n1 error\n");
      Files.writeString(source, answering("two"));
      await(client, "two");
    }
  }

  @Test
  void firstStart_missingSource_isServedOnceItIsThere() throws Exception {
    Files.writeString(source, answering("\" + shop.Words.word() + \""));
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").status()).isEqualTo(500);
      Path words = Files.createDirectory(folder.resolve("shop")).resolve("Words.java");
      Files.writeString(
          words, "package shop; public class Words { public static String word() { return 1; } }");
      await(client, "int cannot be converted to String");
      Files.writeString(
          words,
          "package shop; public class Words { public static String word() { return \"1\"; } }");
      await(client, "1");
      assertThat(pounce.terminate().exitCode()).isZero();
    }
  }

  @Test
  void startUp_thatFails_isAPageUntilItIsMended() throws Exception {
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      Files.writeString(
          source,
          """
          import dev.pounce.app.*;

          Application app = Lifespan.around(
              Http.app(r -> Response.empty(204)),
              state -> { throw new IllegalStateException("no database"); },
              state -> {});
          """);
      await(client, "Hello.java can't be served");
      assertThat(ask(client, "").text())
          .contains("the application did not start", "no database", "at Hello.");
      Files.writeString(source, answering("two"));
      await(client, "two");

      assertThat(pounce.err()).startsWith("pounce: Hello.java: the application did not start");
      assertThat(pounce.out()).doesNotContain("Reload failed");
    }
  }

  @Test
  void initializer_thatFails_isAPageUntilItIsMended() throws Exception {
    Files.writeString(
        source, "dev.pounce.app.Application app = null;\nint n = Integer.parseInt(\"x\");\n");
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text())
          .startsWith("Hello.java can't be served\n")
          .contains("NumberFormatException", "Hello.java:2");
      Files.writeString(source, answering("two"));
      await(client, "two");
    }
  }

  @Test
  void jsonFormat_staysOneObjectALine() throws Exception {
    try (PounceProcess pounce = reload("--log-format=json", "Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      Files.writeString(source, BROKEN);
      await(client, "Hello.java does not compile");
      assertThat(pounce.terminate().exitCode()).isZero();

      assertThat(pounce.err()).isEmpty();
      assertThat(pounce.out().lines())
          .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"))
          .anySatisfy(line -> assertThat(line).contains("reloads on change"))
          .anySatisfy(line -> assertThat(line).contains("error: incompatible types"));
    }
  }

  @Test
  void stop_whileAReloadHangs_endsAllTheSame() throws Exception {
    try (PounceProcess pounce = reload("Hello.java");
        RawClient client = RawClient.connect(pounce.port())) {
      assertThat(ask(client, "").text()).isEqualTo("one");
      Files.writeString(
          source,
          """
          dev.pounce.app.Application app = create();

          dev.pounce.app.Application create() {
            System.out.println("hangs");
            while (true) {
              java.util.concurrent.locks.LockSupport.park();
            }
          }
          """);
      pounce.await("hangs");

      assertThat(pounce.terminate().exitCode()).isZero();
    }
  }

  @Test
  void stop_inThisJvm_leavesNoThreadBehind() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Thread command =
        Thread.ofPlatform()
            .start(() -> {
              try (Command pounce = new Command(environment, folder, out, System.err)) {
                codes.add(pounce.run("--reload", "--port=0", source.toString()));
              }
            });
    while (!out.toString(UTF_8).contains("Ctrl+C") && command.isAlive()) {
      Thread.sleep(BETWEEN_LOOKS);
    }
    Signal.raise(new Signal("TERM"));
    command.join();

    assertThat(codes).containsExactly(0);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("pounce-watch");
  }

  @Test
  void start_portTaken_isOneLineAndExitCode1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Outcome outcome =
          Outcome.of(folder, "--reload", "--port=" + taken.getLocalPort(), source.toString());

      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.err()).startsWith("pounce: port ").contains("is taken").hasLineCount(1);
    }
  }

  @Test
  void target_thatIsNone_isExitCode2() {
    assertThat(Outcome.of(folder, "--reload", "no such thing").code()).isEqualTo(2);
  }

  private PounceProcess reload(String... args) throws IOException {
    String[] all = new String[args.length + 2];
    all[0] = "--reload";
    all[1] = "--port=0";
    System.arraycopy(args, 0, all, 2, args.length);
    return PounceProcess.start(folder, all);
  }

  private static String answering(String text) {
    return "import dev.pounce.app.*;\n\nApplication app = Http.app(r -> Response.text(\""
        + text
        + "\"));\n";
  }

  /** Compiles a class to a folder of classes. */
  private Path shop(String text) throws IOException {
    return new Workshop(folder)
        .classes(
            "Shop.java",
            "import dev.pounce.app.*; class Shop { static Application app = Http.app(r ->"
                + " Response.text(\""
                + text
                + "\")); }");
  }

  private void jar(String word) throws IOException {
    Path jar = folder.resolve("words.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("word.txt"));
      out.write(word.getBytes(UTF_8));
    }
  }

  private static RawResponse ask(RawClient client, String headers) throws IOException {
    return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n").readResponse();
  }

  private static int health(RawClient client) throws IOException {
    return client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n").readResponse().status();
  }

  /** Asks until an answer has a text in it. */
  private static void await(RawClient client, String text)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String answer = ask(client, "").text();
    while (!answer.contains(text)) {
      assertThat(System.nanoTime()).as("still: " + answer).isLessThan(deadline);
      Thread.sleep(BETWEEN_LOOKS);
      answer = ask(client, "").text();
    }
  }
}
