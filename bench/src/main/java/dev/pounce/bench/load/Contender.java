package dev.pounce.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A server that takes part, and the one place that knows how each is started. */
enum Contender {
  POUNCE,
  /** As the others are: without a line for each request. */
  POUNCE_QUIET("--log-level", "warning"),
  /** With metrics and the lifecycle log, at the default level. */
  POUNCE_INFO("--metrics-path", "/metrics", "--lifecycle-logging"),
  /** With metrics and a line of the lifecycle log for each event. */
  POUNCE_DEBUG("--metrics-path", "/metrics", "--lifecycle-logging", "--log-level", "debug"),
  NETTY,
  VERTX,
  HELIDON,
  JETTY,
  UNDERTOW,
  TOMCAT;

  private final String[] settings;

  Contender(String... settings) {
    this.settings = settings;
  }

  /** The folder of the benchmarks, beside the modules that they measure. */
  static final Path BENCH = Path.of(System.getProperty("pounce.bench", "bench")).toAbsolutePath();

  static final Path HOUSE = BENCH.resolve("..").normalize();

  private static final Path POUNCE_LIB = HOUSE.resolve("cli/target/pounce/lib");
  private static final Path PEERS = BENCH.resolve("peers");

  /** A program of the JDK that runs this one. */
  static String jdk(String program) {
    return Path.of(Shell.JAVA_HOME, "bin", program).toString();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private boolean isPounce() {
    return compareTo(NETTY) < 0;
  }

  /** How many lines it logs for a request. */
  int linesPerRequest() {
    return switch (this) {
      case POUNCE_DEBUG -> 3;
      case POUNCE_QUIET -> 0;
      default -> 1;
    };
  }

  /** Whether it can be measured with this protocol. */
  boolean speaks(Protocol protocol) {
    return switch (this) {
      case POUNCE, POUNCE_QUIET, POUNCE_INFO, POUNCE_DEBUG, NETTY, VERTX, JETTY -> true;
      case HELIDON, UNDERTOW -> protocol != Protocol.WEBSOCKET;
      case TOMCAT -> protocol == Protocol.HTTP1;
    };
  }

  /** Serves what the protocol's question asks for on the port; a log goes to standard output. */
  List<String> command(Protocol protocol, int port, Path scratch) {
    var certificate = Certificate.in(scratch);
    if (!isPounce()) {
      return java(
          scratch,
          PEERS.resolve("target/classes") + ":" + PEERS.resolve("target/lib") + "/*",
          "dev.pounce.bench.peers.Main",
          label(),
          protocol.label(),
          Integer.toString(port),
          certificate.store().toString());
    }
    String target = protocol == Protocol.WEBSOCKET ? "Echo.java" : "Plaintext.java";
    var command = pounce(BENCH.resolve(target), port, scratch, settings);
    if (protocol == Protocol.H2) {
      command.addAll(List.of("--ssl-certfile", certificate.chain().toString()));
      command.addAll(List.of("--ssl-keyfile", certificate.key().toString()));
    }
    return command;
  }

  /** Pounce with any target and settings, its access log in JSON. */
  static List<String> pounce(Path target, int port, Path scratch, String... settings) {
    var command = pounce(scratch);
    command.addAll(
        List.of(target.toString(), "--port", Integer.toString(port), "--log-format", "json"));
    command.addAll(List.of(settings));
    return command;
  }

  /** The {@code pounce} command, to be followed by its arguments. */
  static List<String> pounce(Path scratch) {
    return java(scratch, POUNCE_LIB + "/*", "dev.pounce.cli.Main");
  }

  private static List<String> java(Path scratch, String classPath, String... rest) {
    var command =
        new ArrayList<>(
            List.of(
                jdk("java"),
                "-Xmx512m",
                "-XX:+UseParallelGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                classPath));
    command.addAll(List.of(rest));
    return command;
  }

  /** Compiles an application for Pounce; returns the folder of its classes. */
  static Path compile(Path source, Path scratch) throws IOException {
    Path classes = scratch.resolve("classes");
    Shell.read(jdk("javac"), "-cp", POUNCE_LIB + "/*", "-d", classes.toString(), source.toString());
    return classes;
  }

  /** Builds what these contenders run from, where it is missing or older than its sources. */
  static void build(List<Contender> contenders) throws IOException {
    if (contenders.stream().anyMatch(Contender::isPounce)) {
      System.err.println("bench: building Pounce");
      Shell.read(HOUSE.resolve("pounce").toString(), "--version");
    }
    if (contenders.stream().anyMatch(contender -> !contender.isPounce())) {
      System.err.println("bench: building the peers");
      Shell.read("mvn", "-q", "-B", "-f", PEERS.resolve("pom.xml").toString(), "package");
    }
  }
}
