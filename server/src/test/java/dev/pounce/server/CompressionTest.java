package dev.pounce.server;

import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Outbound;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which responses are compressed, and what a client sees of it (RFC 9110, sections 8.4, 12.5). */
@Timeout(60)
class CompressionTest {

  private static final String GZIP = "Accept-Encoding: gzip";
  private static final String GET = Requests.get("/it", GZIP);
  private static final String PLAIN = Requests.get("/it");
  private static final String HEAD = GET.replace("GET", "HEAD");
  private static final String TEXT = "{\"name\":\"one of many\",\"price\":12.99},\n".repeat(100);
  private static final String TYPE = "content-type";
  private static final String JSON = "application/json";

  private static Running serving(Application it) throws StartupException {
    return Running.serve(
        Site.of(it), settings -> settings.compression(true).healthCheckPath("/health"));
  }

  private static Running sending(Outbound... messages) throws StartupException {
    return serving((scope, receive, send) -> {
      for (Outbound message : messages) {
        send.send(message);
      }
    });
  }

  private static HttpResponseStart start(int status, String... fields) {
    return new HttpResponseStart(status, Headers.of(fields));
  }

  private static String unzipped(byte[] body) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static void assertPlain(RawResponse response) {
    assertThat(response.header("Content-Encoding")).isEmpty();
    assertThat(response.text()).isEqualTo(TEXT);
  }

  @Test
  void body_inOneMessage_isCompressedWhole() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Content-Encoding")).contains("gzip");
      assertThat(response.header("Vary")).contains("Accept-Encoding");
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(response.header("Content-Length")).contains("" + response.body().length);
      assertThat(response.body().length).isLessThan(TEXT.length() / 10);
      assertThat(unzipped(response.body())).isEqualTo(TEXT);
      assertRight(client.readResponse());
    }
  }

  @Test
  void contentLength_ofTheApplication_isOfWhatItSends_andReplaced() throws Exception {
    try (Running server =
            sending(ok(TYPE, JSON, "content-length", "" + TEXT.length()), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.header("Content-Length")).contains("" + response.body().length);
      assertThat(unzipped(response.body())).isEqualTo(TEXT);
    }
  }

  @Test
  void contentLength_thatIsWrong_isStillA500() throws Exception {
    try (ServerLog log = ServerLog.open();
        Running server = sending(ok(TYPE, JSON, "content-length", "7"), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.status()).isEqualTo(500);
      assertThat(Site.awaitError(log).getThrown()).hasMessageContaining("longer than its");
      assertRight(client.readResponse());
    }
  }

  @Test
  void switchedOff_nothingIsCompressed() throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          send.send(ok(TYPE, JSON));
          send.send(last(TEXT));
        });
    try (Running server = Running.serve(app);
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertPlain(response);
      assertThat(response.header("Vary")).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"", "Accept-Encoding:", "Accept-Encoding: br", "Accept-Encoding: gzip;q=0"})
  void clientThatDoesNotTakeIt_getsTheBodyAsItIs_andIsToldOfOthers(String field) throws Exception {
    try (Running server = sending(ok(TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      String request = field.isEmpty() ? PLAIN : Requests.get("/it", field);
      RawResponse response = client.send(request + NEXT).readResponse();
      assertPlain(response);
      assertThat(response.header("Vary")).contains("Accept-Encoding");
      assertThat(response.header("Content-Length")).contains("" + TEXT.length());
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "content-type | image/png",
        "content-type | application/octet-stream",
        "x-no | content-type",
        "content-encoding | br",
        "content-encoding | identity",
        "content-range | bytes 0-3899/9000",
        "cache-control | no-transform",
        "cache-control | max-age=60, No-Transform",
        "content-digest | sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:",
        "repr-digest | sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:",
        "content-md5 | Q2hlY2sgSW50ZWdyaXR5IQ==",
      })
  void responseThatMustNotBeTouched_isNot(String name, String value) throws Exception {
    HttpResponseStart start =
        value.startsWith("content-type") || name.equals(TYPE)
            ? ok(name, value)
            : ok(TYPE, JSON, name, value, "etag", "\"v1\"");
    try (Running server = sending(start, last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.text()).isEqualTo(TEXT);
      assertThat(response.header("Content-Length")).contains("" + TEXT.length());
      assertThat(response.header("Vary")).isEmpty();
      assertThat(response.headers("etag")).allMatch("\"v1\""::equals);
      assertThat(response.headers("Content-Encoding")).allMatch(value::equals);
      assertRight(client.readResponse());
    }
  }

  @Test
  void clientThatForbidsTransforming_getsTheBodyAsItIs() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      assertPlain(
          client.send(Requests.get("/it", GZIP, "Cache-Control: no-transform")).readResponse());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 205, 304})
  void statusWithoutBody_hasNothingOfIt(int status) throws Exception {
    try (Running server = sending(start(status, TYPE, JSON), HttpResponseBody.end());
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.header("Content-Encoding")).isEmpty();
      assertThat(response.header("Vary")).isEmpty();
      assertRight(client.readResponse());
    }
  }

  @Test
  void partOfABody_isNotCompressed() throws Exception {
    try (Running server = sending(start(206, TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      assertPlain(client.send(GET).readResponse());
    }
  }

  @Test
  void error_isCompressedLikeAnyOther() throws Exception {
    try (Running server = sending(start(404, TYPE, "text/html"), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.status()).isEqualTo(404);
      assertThat(unzipped(response.body())).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest(name = "{0} bytes of at least {1}: {2}")
  @CsvSource({"499, 500, false", "500, 500, true", "100, 101, false", "100, 100, true"})
  void smallBody_isNotCompressed(int size, int least, boolean compressed) throws Exception {
    Application app =
        Site.of((scope, receive, send) -> {
          send.send(ok(TYPE, JSON));
          send.send(last("x".repeat(size)));
        });
    try (Running server =
            Running.serve(app, s -> s.compression(true).compressionMinSize(ByteSize.of(least)));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(compressed);
      assertThat(response.header("Vary").isPresent()).isEqualTo(compressed);
    }
  }

  @Test
  void bodyThatDoesNotGetSmaller_isSentAsItIs_andOthersAreToldOf() throws Exception {
    byte[] noise = new byte[2_000];
    new Random(1).nextBytes(noise);
    try (Running server = sending(ok(TYPE, JSON, "etag", "\"v1\""), HttpResponseBody.last(noise));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.body()).isEqualTo(noise);
      assertThat(response.header("Content-Encoding")).isEmpty();
      assertThat(response.header("Vary")).contains("Accept-Encoding");
      assertThat(response.header("ETag")).contains("\"v1\"");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Origin | Origin, Accept-Encoding",
        "Origin, Accept | Origin, Accept, Accept-Encoding",
        "accept-encoding | accept-encoding",
        "Origin, ACCEPT-ENCODING | Origin, ACCEPT-ENCODING",
        "* | *",
        "Origin, * | Origin, *",
      })
  void vary_ofTheApplication_getsOneMoreName(String given, String sent) throws Exception {
    try (Running server = sending(ok(TYPE, JSON, "vary", given), last(TEXT));
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().header("Vary")).contains(sent);
      assertThat(client.send(PLAIN).readResponse().header("Vary")).contains(sent);
    }
  }

  @Test
  void vary_inTwoFields_becomesOne() throws Exception {
    try (Running server = sending(ok(TYPE, JSON, "vary", "Origin", "vary", "Accept"), last(TEXT));
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().headers("Vary"))
          .containsExactly("Origin, Accept, Accept-Encoding");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"'\"v1\"', 'W/\"v1\"'", "'W/\"v1\"', 'W/\"v1\"'"})
  void etag_ofWhatIsCompressed_isWeak(String given, String sent) throws Exception {
    try (Running server = sending(ok(TYPE, JSON, "etag", given), last(TEXT));
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().header("ETag")).contains(sent);
      assertThat(client.send(PLAIN).readResponse().header("ETag")).contains(given);
    }
  }

  @Test
  void acceptRanges_isNotSaidOfWhatIsCompressed() throws Exception {
    try (Running server = sending(ok(TYPE, JSON, "accept-ranges", "bytes"), last(TEXT));
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readResponse().header("Accept-Ranges")).isEmpty();
      assertThat(client.send(PLAIN).readResponse().header("Accept-Ranges")).contains("bytes");
    }
  }

  @Test
  void head_saysNoLengthThatGetWouldNotHave() throws Exception {
    try (Running server =
            sending(ok(TYPE, JSON, "content-length", "" + TEXT.length()), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse coded = client.send(HEAD).readHead();
      assertThat(coded.header("Content-Length")).isEmpty();
      assertThat(coded.header("Content-Encoding")).isEmpty();
      assertThat(coded.header("Vary")).contains("Accept-Encoding");
      RawResponse plain = client.send(PLAIN.replace("GET", "HEAD")).readHead();
      assertThat(plain.header("Content-Length")).contains("" + TEXT.length());
      assertThat(plain.header("Vary")).contains("Accept-Encoding");
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void stream_withLength_losesIt() throws Exception {
    int half = TEXT.length() / 2;
    try (Running server =
            sending(
                ok(TYPE, JSON, "content-length", "" + TEXT.length()),
                piece(TEXT.substring(0, half)),
                last(TEXT.substring(half)));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Content-Length")).isEmpty();
      assertThat(response.header("Transfer-Encoding")).contains("chunked");
      assertThat(unzipped(response.body())).isEqualTo(TEXT);
      assertRight(client.readResponse());
    }
  }

  @Test
  void stream_ofEmptyPieces_isWhole() throws Exception {
    try (Running server =
            sending(ok(TYPE, JSON), piece(""), piece("a"), piece(""), piece("b"), last(""));
        RawClient client = server.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(unzipped(response.body())).isEqualTo("ab");
      assertRight(client.readResponse());
    }
  }

  @Test
  void stream_toHttp10_endsWithTheConnection() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), piece(TEXT), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response = client.send("GET /it HTTP/1.0\r\n" + GZIP + "\r\n\r\n").readResponse();
      assertThat(response.header("Content-Encoding")).contains("gzip");
      assertThat(response.header("Content-Length")).isEmpty();
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(unzipped(response.body())).isEqualTo(TEXT + TEXT);
    }
  }

  @Test
  void body_toHttp10_hasItsLength() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      RawResponse response =
          client
              .send("GET /it HTTP/1.0\r\nConnection: keep-alive\r\n" + GZIP + "\r\n\r\n")
              .readResponse();
      assertThat(response.header("Content-Length")).contains("" + response.body().length);
      assertThat(unzipped(response.body())).isEqualTo(TEXT);
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void events_areReadBeforeTheNextIsSent() throws Exception {
    Semaphore read = new Semaphore(0);
    Application app =
        (scope, receive, send) -> {
          send.send(ok(TYPE, "text/event-stream"));
          for (int i = 0; i < 20; i++) {
            send.send(piece("data: " + i + "\n\n"));
            read.acquire();
          }
          send.send(last(""));
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      assertThat(client.send(GET).readHead().header("Content-Encoding")).contains("gzip");
      try (InputStream events = new GZIPInputStream(new Chunks(client), 1)) {
        for (int i = 0; i < 20; i++) {
          String event = "data: " + i + "\n\n";
          assertThat(new String(events.readNBytes(event.length()), UTF_8)).isEqualTo(event);
          read.release();
        }
        assertThat(events.read()).isEqualTo(-1);
      }
    }
  }

  /** The data of chunks; waits for one only when those before are used up. */
  private static final class Chunks extends InputStream {

    private final RawClient client;
    private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);
    private boolean ended;

    Chunks(RawClient client) {
      this.client = client;
    }

    @Override
    public int read() throws IOException {
      if (chunk.available() == 0 && !ended) {
        byte[] next = client.readChunk();
        ended = next.length == 0;
        chunk = new ByteArrayInputStream(next);
      }
      return chunk.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int octet = length == 0 ? -1 : read();
      if (octet < 0) {
        return length == 0 ? 0 : -1;
      }
      target[offset] = (byte) octet;
      return 1;
    }

    @Override
    public int available() {
      return chunk.available();
    }
  }

  @Test
  void randomStreams_arriveAsTheyWereSent() throws Exception {
    Application app =
        (scope, receive, send) -> {
          Random random = new Random(42);
          byte[] noise = new byte[3_000];
          send.send(ok(TYPE, "text/csv"));
          for (int i = 0; i < 100; i++) {
            random.nextBytes(noise);
            int length = random.nextInt(noise.length);
            Arrays.fill(noise, 0, random.nextInt(noise.length), (byte) 'x');
            send.send(new HttpResponseBody(noise, 0, length, true));
          }
          send.send(last("end"));
        };
    try (Running server = serving(app);
        RawClient client = server.connect()) {
      byte[] plain = client.send(PLAIN).readResponse().body();
      byte[] coded = client.send(GET).readResponse().body();
      assertThat(plain.length).isGreaterThan(100_000);
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
        assertThat(in.readAllBytes()).isEqualTo(plain);
      }
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void bytesSent_areThoseThatGoOut() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), piece(TEXT), piece(TEXT), last(TEXT));
        RawClient client = server.connect()) {
      int length = client.send(GET).readResponse().body().length;
      ResponseCompleted completed = server.story().await(ResponseCompleted.class);
      assertThat(completed.bytesSent()).isEqualTo(length);
      server.awaitLogged("\"GET /it HTTP/1.1\" 200 " + length + " ");
    }
  }

  @Test
  void bytesSent_ofAWholeBody_areThoseThatGoOut() throws Exception {
    try (Running server = sending(ok(TYPE, JSON), last(TEXT));
        RawClient client = server.connect()) {
      int length = client.send(GET).readResponse().body().length;
      assertThat(server.story().await(ResponseCompleted.class).bytesSent()).isEqualTo(length);
    }
  }

  @Test
  void builtIns_areNotCompressed() throws Exception {
    try (Running server =
            Running.serve(
                Site.of((scope, receive, send) -> {}),
                s ->
                    s.compression(true)
                        .compressionMinSize(ByteSize.of(0))
                        .metricsPath("/metrics"));
        RawClient client = server.connect()) {
      RawResponse metrics = client.send(Requests.get("/metrics", GZIP)).readResponse();
      assertThat(metrics.header("Content-Encoding")).isEmpty();
      assertThat(metrics.text()).contains("http_requests_total");
    }
  }
}
