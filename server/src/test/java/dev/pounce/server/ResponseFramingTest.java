package dev.pounce.server;

import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Outbound;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a response's body is framed (RFC 9112, section 6; RFC 9110, section 8.6). */
@Timeout(60)
class ResponseFramingTest {

  private static final String GET = "GET /it HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEAD = "HEAD /it HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String GET_1_0 = "GET /it HTTP/1.0\r\n\r\n";
  private static final String KEEP_1_0 = "GET /it HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

  private static Running sending(Outbound... messages) throws StartupException {
    return Running.serve(
        Site.of((scope, receive, send) -> {
          for (Outbound message : messages) {
            send.send(message);
          }
        }));
  }

  private static HttpResponseStart status(int status, String... fields) {
    return new HttpResponseStart(status, Headers.of(fields));
  }

  private static void assertNotFramed(RawResponse response) {
    assertThat(response.header("Content-Length")).isEmpty();
    assertThat(response.header("Transfer-Encoding")).isEmpty();
  }

  @Test
  void body_inOneMessage_hasItsLength() throws Exception {
    try (Running running = sending(ok(), last("hello"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Content-Length")).contains("5");
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(response.header("Connection")).isEmpty();
      assertThat(response.text()).isEqualTo("hello");
      assertRight(client.readResponse());
    }
  }

  @Test
  void body_emptyInOneMessage_hasLengthZero() throws Exception {
    try (Running running = sending(ok(), HttpResponseBody.end());
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Content-Length")).contains("0");
      assertRight(client.readResponse());
    }
  }

  @Test
  void body_rangeOfAnArray_isThatRangeAlone() throws Exception {
    HttpResponseBody range = new HttpResponseBody("0123456".getBytes(US_ASCII), 2, 3, false);
    try (Running running = sending(ok(), range);
        RawClient client = running.connect()) {
      assertThat(client.send(GET).readResponse().text()).isEqualTo("234");
    }
  }

  @Test
  void body_largerThanAnyBuffer_arrivesWhole() throws Exception {
    String large = "0123456789abcdef".repeat(100_000);
    try (Running running = sending(ok(), last(large));
        RawClient client = running.connect()) {
      assertThat(client.send(GET).readResponse().text()).isEqualTo(large);
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void stream_withoutLength_isChunked() throws Exception {
    try (Running running = sending(ok(), piece("one"), piece(""), piece("two"), last("three"));
        RawClient client = running.connect()) {
      RawResponse head = client.send(GET + NEXT).readHead();
      assertThat(head.header("Transfer-Encoding")).contains("chunked");
      assertThat(head.header("Content-Length")).isEmpty();
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("one");
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("two");
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("three");
      assertThat(client.readChunk()).isEmpty();
      assertRight(client.readResponse());
    }
  }

  @Test
  void stream_withoutAnyByte_isChunkedAndEnds() throws Exception {
    try (Running running = sending(ok(), piece(""), last(""));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Transfer-Encoding")).contains("chunked");
      assertThat(response.body()).isEmpty();
      assertRight(client.readResponse());
    }
  }

  @Test
  void stream_ofAnInput_arrivesWhole() throws Exception {
    byte[] bytes = "0123456789abcdef".repeat(50_000).getBytes(US_ASCII);
    try (Running running =
            Running.serve(Http.app(r -> Response.stream("a/b", new ByteArrayInputStream(bytes))));
        RawClient client = running.connect()) {
      assertThat(client.send(GET).readResponse().body()).isEqualTo(bytes);
      assertThat(client.send(GET).readResponse().body()).isEqualTo(bytes);
    }
  }

  @Test
  void stream_withLength_isNotChunked() throws Exception {
    try (Running running = sending(ok("Content-Length", "6"), piece("one"), last("two"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readResponse();
      assertThat(response.header("Content-Length")).contains("6");
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(response.text()).isEqualTo("onetwo");
      assertRight(client.readResponse());
    }
  }

  @Test
  void stream_eachPiece_reachesTheClientBeforeTheNext() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    try (Running running =
            Running.serve((scope, receive, send) -> {
              send.send(ok());
              send.send(piece(""));
              first.await();
              send.send(piece("one"));
              second.await();
              send.send(last("two"));
            });
        RawClient client = running.connect()) {
      assertThat(client.send(GET).readHead().status()).isEqualTo(200);
      first.countDown();
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("one");
      second.countDown();
      assertThat(client.readChunk()).asString(US_ASCII).isEqualTo("two");
    }
  }

  @Test
  void body_lastPieceThenLongWork_reachesTheClientMeanwhile() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok());
                  send.send(last("whole"));
                  Await.latch("the work may end", goOn);
                }));
        RawClient client = running.connect()) {
      assertThat(client.send(GET).readResponse().text()).isEqualTo("whole");
      client.send(NEXT);
      goOn.countDown();
      assertRight(client.readResponse());
    }
  }

  @Test
  void body_lastPieceThenWorkBeyondTheRequestTimeout_endsNeitherWorkNorConnection()
      throws Exception {
    BlockingQueue<String> work = new LinkedBlockingQueue<>();
    CountDownLatch never = new CountDownLatch(1);
    try (Running running =
            Running.serve(
                Site.of((scope, receive, send) -> {
                  send.send(ok());
                  send.send(last("whole"));
                  try {
                    work.add("ended by itself: " + !never.await(3, TimeUnit.SECONDS));
                  } catch (InterruptedException e) {
                    work.add("interrupted");
                  }
                }),
                settings -> settings.requestTimeout(Duration.ofMillis(200)));
        RawClient client = running.connect()) {
      assertThat(client.send(GET + NEXT).readResponse().text()).isEqualTo("whole");
      assertThat(work.poll(10, TimeUnit.SECONDS)).isEqualTo("ended by itself: true");
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {GET_1_0, KEEP_1_0})
  void stream_withoutLengthOverHttp10_endsWithTheConnection(String request) throws Exception {
    try (Running running = sending(ok(), piece("one"), last("two"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(request).readResponse();
      assertNotFramed(response);
      assertThat(response.header("Connection")).contains("close");
      assertThat(response.text()).isEqualTo("onetwo");
    }
  }

  @Test
  void body_withLengthOverHttp10KeepAlive_keepsTheConnectionAndSaysSo() throws Exception {
    try (Running running = sending(ok(), last("one"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(KEEP_1_0).readResponse();
      assertThat(response.header("Connection")).contains("keep-alive");
      assertThat(response.text()).isEqualTo("one");
      assertRight(client.send(NEXT).readResponse());
    }
  }

  @Test
  void body_overPlainHttp10_closesTheConnection() throws Exception {
    try (Running running = sending(ok(), last("one"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET_1_0).readResponse();
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void head_wholeBodySent_hasItsLengthButNotItsBytes() throws Exception {
    try (Running running = sending(ok(), last("hello"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(HEAD + NEXT).readHead();
      assertThat(response.header("Content-Length")).contains("5");
      assertRight(client.readResponse());
    }
  }

  @Test
  void head_lengthGivenAndNoBody_keepsTheLength() throws Exception {
    try (Running running = sending(ok("Content-Length", "12345"), last(""));
        RawClient client = running.connect()) {
      RawResponse response = client.send(HEAD + NEXT).readHead();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("Content-Length")).contains("12345");
      assertRight(client.readResponse());
    }
  }

  @Test
  void head_neitherLengthNorBody_claimsNoLength() throws Exception {
    try (Running running = sending(ok(), last(""));
        RawClient client = running.connect()) {
      assertThat(client.send(HEAD + NEXT).readHead().header("Content-Length")).isEmpty();
      assertRight(client.readResponse());
    }
  }

  @Test
  void head_stream_hasNoBytesAndTheConnectionGoesOn() throws Exception {
    try (Running running = sending(ok(), piece("one"), piece("two"), last("three"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(HEAD + NEXT).readHead();
      assertThat(response.header("Content-Length")).isEmpty();
      assertRight(client.readResponse());
    }
  }

  @Test
  void head_streamWithLength_keepsTheLengthAndHasNoBytes() throws Exception {
    try (Running running = sending(ok("Content-Length", "6"), piece("one"), last("two"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(HEAD + NEXT).readHead();
      assertThat(response.header("Content-Length")).contains("6");
      assertRight(client.readResponse());
    }
  }

  @Test
  void status204_always_hasNoFramingAndNoBody() throws Exception {
    try (Running running = sending(status(204), last(""));
        RawClient client = running.connect()) {
      assertNotFramed(client.send(GET + NEXT).readHead());
      assertRight(client.readResponse());
    }
  }

  @Test
  void status204_lengthGiven_leavesItOut() throws Exception {
    try (Running running = sending(status(204, "Content-Length", "0"), last(""));
        RawClient client = running.connect()) {
      assertNotFramed(client.send(GET + NEXT).readHead());
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void statusWithoutBody_asAStreamWithoutBytes_isNotChunked(int status) throws Exception {
    try (Running running = sending(status(status), piece(""), piece(""), last(""));
        RawClient client = running.connect()) {
      assertNotFramed(client.send(GET + NEXT).readHead());
      assertRight(client.readResponse());
    }
  }

  @Test
  void status304_noLengthGiven_claimsNone() throws Exception {
    try (Running running = sending(status(304, "ETag", "\"x\""), last(""));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readHead();
      assertNotFramed(response);
      assertThat(response.header("ETag")).contains("\"x\"");
      assertRight(client.readResponse());
    }
  }

  @Test
  void status304_lengthGiven_keepsIt() throws Exception {
    try (Running running = sending(status(304, "Content-Length", "12345"), last(""));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET + NEXT).readHead();
      assertThat(response.header("Content-Length")).contains("12345");
      assertRight(client.readResponse());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 299, 404, 418, 599})
  void status_ofTheRange_isSent(int status) throws Exception {
    try (Running running = sending(status(status), last("x"));
        RawClient client = running.connect()) {
      RawResponse response = client.send(GET).readResponse();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.version()).isEqualTo("HTTP/1.1");
    }
  }
}
