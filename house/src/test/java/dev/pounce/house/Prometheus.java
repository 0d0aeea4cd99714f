package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus of the test's own, on a free port, which keeps all that it has in one directory. */
final class Prometheus implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Process process;
  private final int port;

  private Prometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it, and waits until it answers. */
  static Prometheus start(Path configuration, Path directory) throws Exception {
    int port = freePort();
    Path log = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage",
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Prometheus prometheus = new Prometheus(process, port);
    if (!prometheus.until(ready -> ready, prometheus::isReady)) {
      prometheus.close();
      throw new AssertionError("Prometheus does not start: " + Files.readString(log));
    }
    return prometheus;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() throws IOException {
    try {
      return get("/-/ready").status() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Looks again and again until it sees what is wanted, and returns what it has seen last. */
  <T> T until(Predicate<T> wanted, Callable<T> look) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    T seen = look.call();
    while (!wanted.test(seen) && process.isAlive() && System.nanoTime() < deadline) {
      process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
      seen = look.call();
    }
    return seen;
  }

  /** What a query gives: numbers by the value of one label, which is empty where there is none. */
  Map<String, Double> query(String promQl, String label) throws IOException {
    Map<String, Double> values = new TreeMap<>();
    for (JsonNode sample : api("query?query=" + encoded(promQl)).get("result")) {
      values.put(
          sample.get("metric").path(label).asString(""),
          Double.valueOf(sample.get("value").get(1).asString()));
    }
    return values;
  }

  /** The data that the HTTP API gives. */
  JsonNode api(String request) throws IOException {
    RawResponse response = get("/api/v1/" + request);
    JsonNode answer = new JsonMapper().readTree(response.text());
    assertThat(answer.path("status").asString()).as(response.text()).isEqualTo("success");
    return answer.get("data");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private RawResponse get(String target) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
