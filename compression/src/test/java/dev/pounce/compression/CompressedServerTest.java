package dev.pounce.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.server.Server;
import dev.pounce.server.StartupException;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that finds the module, and clients that take what it gives: the real curl, and ours. */
@Timeout(60)
class CompressedServerTest {

  private static final String TEXT = "{\"name\":\"one of many\",\"price\":12.99},\n".repeat(100);

  private final Semaphore read = new Semaphore(0);
  private final List<String> said = new ArrayList<>();
  private final Logger logger = Logger.getLogger("pounce");
  private final Handler ear =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          said.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private Server server;

  @BeforeEach
  void serve() throws StartupException {
    logger.addHandler(ear);
    logger.setUseParentHandlers(false);
    ServerConfig config = ServerConfig.builder().port(0).compression(true).build();
    server = new Server(config, application());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    logger.removeHandler(ear);
    logger.setUseParentHandlers(true);
  }

  private Application application() {
    return (scope, receive, send) -> {
      if (!(scope instanceof HttpScope http)) {
        return;
      }
      send.send(new HttpResponseStart(200, Headers.of("content-type", "text/event-stream")));
      switch (http.path()) {
        case "/whole" -> send.send(HttpResponseBody.last(TEXT.getBytes(UTF_8)));
        case "/stream" -> {
          for (int i = 0; i < 10; i++) {
            send.send(new HttpResponseBody(TEXT.getBytes(UTF_8), true));
          }
          send.send(HttpResponseBody.end());
        }
        default -> {
          for (int i = 0; i < 10; i++) {
            send.send(new HttpResponseBody(event(i).getBytes(UTF_8), true));
            read.acquire();
          }
          send.send(HttpResponseBody.end());
        }
      }
    };
  }

  private static String event(int number) {
    return "data: " + number + "\n\n";
  }

  private static String get(String path, String accept) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + accept + "\r\n\r\n";
  }

  @Test
  void start_saysWhatThereIs() {
    assertThat(said).contains("Compression: zstd, br, gzip");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd | zstd",
        "gzip, deflate, br | br",
        "gzip, br;q=0.5 | gzip",
        "* | zstd",
      })
  void response_isInWhatTheClientAndTheServerLikeBest(String accept, String coding)
      throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      assertThat(client.send(get("/whole", accept)).readResponse().header("Content-Encoding"))
          .contains(coding);
    }
  }

  @ParameterizedTest
  @EnumSource
  void body_inOneMessage_isCodedWhole(Coding coding) throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      RawResponse response = client.send(get("/whole", coding.coding.name())).readResponse();
      assertThat(response.header("Content-Length")).contains("" + response.body().length);
      assertThat(response.body().length).isLessThan(TEXT.length() / 10);
      assertThat(coding.decoded(response.body())).asString(UTF_8).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void events_canBeReadBeforeTheNextIsSent(Coding coding) throws Exception {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    StringBuilder events = new StringBuilder();
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(get("/events", coding.coding.name())).readHead();
      for (int i = 0; i < 10; i++) {
        got.write(client.readChunk());
        events.append(event(i));
        assertThat(coding.decodedSoFar(got.toByteArray()))
            .asString(UTF_8)
            .isEqualTo(events.toString());
        read.release();
      }
      for (byte[] chunk = client.readChunk(); chunk.length > 0; chunk = client.readChunk()) {
        got.write(chunk);
      }
    }
    assertThat(coding.decoded(got.toByteArray())).asString(UTF_8).isEqualTo(events.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "br", "gzip"})
  void curl_getsWhatWasSent(String coding) throws Exception {
    String accept = "Accept-Encoding: " + coding;
    assertThat(curl("--compressed", "-H", accept, "/whole")).isEqualTo(TEXT);
    assertThat(curl("--compressed", "-H", accept, "/stream")).isEqualTo(TEXT.repeat(10));
    assertThat(curl("--http1.0", "--compressed", "-H", accept, "/stream"))
        .isEqualTo(TEXT.repeat(10));
    assertThat(curl("-H", accept, "-o/dev/null", "-w%header{content-encoding}", "/stream"))
        .isEqualTo(coding);
  }

  @Test
  void curl_thatAsksForWhateverItKnows_isGivenZstd() throws Exception {
    assertThat(curl("--compressed", "-o/dev/null", "-w%header{content-encoding}", "/whole"))
        .isEqualTo("zstd");
  }

  private String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
    command.addAll(List.of(arguments));
    command.add("http://127.0.0.1:" + server.port() + command.removeLast());
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = curl.getInputStream()) {
      String text = new String(output.readAllBytes(), UTF_8);
      assertThat(curl.waitFor()).as(text).isZero();
      return text;
    }
  }
}
