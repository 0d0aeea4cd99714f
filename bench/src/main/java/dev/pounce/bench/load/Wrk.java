package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk at work until it is told to stop. Its clients open a connection again that was closed. */
record Wrk(Process process) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern OTHERS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /**
   * What it has counted.
   *
   * @param answered with 200
   * @param others with another status
   * @param errors of its sockets, by kind, or empty
   */
  record Count(long answered, long others, String errors) {
    boolean isClean() {
      return others == 0 && errors.isEmpty();
    }
  }

  static Wrk start(int connections, int port) throws IOException {
    var command =
        List.of(
            "wrk",
            "-t",
            "1",
            "-c",
            "" + connections,
            "-d",
            "100000s",
            "--timeout",
            "60s",
            "http://127.0.0.1:" + port + "/");
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Wrk(process);
  }

  /** Ends it. */
  Count stop() throws IOException {
    Instance.signal("INT", process.pid());
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    Matcher requests = REQUESTS.matcher(printed);
    if (!requests.find()) {
      throw new IOException("wrk printed: " + printed);
    }
    Matcher errors = ERRORS.matcher(printed);
    Matcher others = OTHERS.matcher(printed);
    long other = others.find() ? Long.parseLong(others.group(1)) : 0;
    return new Count(
        Long.parseLong(requests.group(1)) - other, other, errors.find() ? errors.group() : "");
  }
}
