package dev.pounce.server;

import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.observe.ResponseCompleted;
import dev.pounce.server.config.ByteSize;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which responses are compressed, and what a client sees of it (RFC 9110, sections 8.4, 12.5). */
@Timeout(60)
class CompressionTest extends Compressing {

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
