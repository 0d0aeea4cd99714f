package dev.pounce.bench.load;

import java.nio.file.Path;
import java.util.List;

/** The command as the tests start it. */
final class Pounce {
  static final Path WITNESS = Path.of("Witness.java");

  private Pounce() {}

  static List<String> command() {
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
}
