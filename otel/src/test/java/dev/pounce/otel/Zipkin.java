package dev.pounce.otel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import zipkin2.reporter.BytesMessageEncoder;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;

/** Zipkin's own server, in a process of its own, with nothing kept on a disk. */
final class Zipkin implements AutoCloseable {

  private static final Pattern PORT =
      Pattern.compile("Serving HTTP at .* - (http://127\\.0\\.0\\.1:\\d+)/");
  private static final int PATIENCE = 100;

  private final Process process;
  private final URI uri;
  private final HttpClient client = HttpClient.newHttpClient();

  private Zipkin(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  static Zipkin start() throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-jar",
            System.getProperty("zipkin"));
    command.environment().put("QUERY_PORT", "0");
    command.environment().put("ZIPKIN_UI_ENABLED", "false");
    Process process = command.redirectErrorStream(true).start();
    BufferedReader said = process.inputReader();
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
        return new Zipkin(process, URI.create(port.group(1)));
      }
    }
    throw new IOException("Zipkin does not start:\n" + all);
  }

  /** Sends spans to it. */
  BytesMessageSender sender() {
    return new BytesMessageSender.Base(Encoding.JSON) {
      @Override
      public int messageMaxBytes() {
        return 1 << 20;
      }

      @Override
      public void send(List<byte[]> spans) throws IOException {
        byte[] body = BytesMessageEncoder.JSON.encode(spans);
        try {
          int status =
              client
                  .send(
                      HttpRequest.newBuilder(uri.resolve("/api/v2/spans"))
                          .header("Content-Type", "application/json")
                          .POST(BodyPublishers.ofByteArray(body))
                          .build(),
                      BodyHandlers.discarding())
                  .statusCode();
          if (status != 202) {
            throw new IOException("Zipkin answers with status " + status);
          }
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }

      @Override
      public void close() {
        // the client is closed with the server
      }
    };
  }

  /** The spans of a trace, in JSON, once Zipkin has so many of them: it stores them in the end. */
  String trace(String id, int spans) throws IOException, InterruptedException {
    String last = "";
    for (int i = 0; i < PATIENCE; i++) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri.resolve("/api/v2/trace/" + id)).build(),
              BodyHandlers.ofString());
      last = response.body();
      if (response.statusCode() == 200 && last.split("\"traceId\"", -1).length - 1 == spans) {
        return last;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Zipkin has no such trace: " + last);
  }

  @Override
  public void close() throws IOException {
    client.close();
    process.destroy();
    process.onExit().join();
    process.inputReader().close();
  }
}
