package dev.pounce.server;

import static dev.pounce.server.Site.NEXT;
import static dev.pounce.server.Site.assertRight;
import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.observe.ResponseCompleted;
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

/** Responses that are compressed piece by piece, as the application sends them. */
@Timeout(60)
class CompressedStreamTest extends Compressing {

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
}
