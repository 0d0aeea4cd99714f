package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** The real curl, on Unix domain sockets. */
final class Curl {

  private Curl() {}

  /** What it prints, once it has got it. */
  static String over(String option, String socket, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
    command.addAll(List.of(option, socket));
    command.addAll(List.of(args));
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = curl.getInputStream()) {
      String text = new String(output.readAllBytes(), UTF_8);
      assertThat(curl.waitFor()).as(text).isZero();
      return text;
    }
  }
}
