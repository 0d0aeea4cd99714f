package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Response;
import dev.pounce.observe.RequestRejected;
import dev.pounce.server.Await;
import dev.pounce.server.Running;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client asks for, as an application has it. */
@Timeout(60)
class RequestTest {

  private static final Application ECHO =
      Http.app(r -> Response.bytes("application/octet-stream", r.bytes()));

  private final AtomicReference<HttpScope> scope = new AtomicReference<>();

  private final Application seen =
      Http.app(r -> {
        scope.set(r.scope());
        return Response.text("seen");
      });

  @Test
  void scope_hasWhatWasAskedFor() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      client.whole(client.get("/a%20b/%C3%A4?x=%20y&z", "x-mine", "my value"));
      HttpScope it = scope.get();
      assertThat(it.method()).isEqualTo("GET");
      assertThat(it.httpVersion()).isEqualTo("2");
      assertThat(it.scheme()).isEqualTo("http");
      assertThat(it.path()).isEqualTo("/a b/ä");
      assertThat(it.rawPath()).isEqualTo("/a%20b/%C3%A4");
      assertThat(it.queryString()).isEqualTo("x=%20y&z");
      assertThat(it.headers().all("host")).containsExactly("localhost");
      assertThat(it.headers().name(0)).isEqualTo("host");
      assertThat(it.headers().first("x-mine")).isEqualTo("my value");
      assertThat(it.headers()).noneMatch(header -> header.name().startsWith(":"));
      assertThat(it.client()).isNotNull();
      assertThat(it.server()).hasToString("127.0.0.1:" + server.port());
    }
  }

  @Test
  void host_withoutAnAuthority_isHost() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      Fields fields =
          Fields.only(
              ":method", "GET", ":path", "/", ":scheme", "http", "x", "y", "host", "h.example:81");
      client.whole(client.request(Frame.END_STREAM, fields));
      assertThat(scope.get().headers().all("host")).containsExactly("h.example:81");
    }
  }

  @Test
  void cookies_areJoined() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      client.whole(client.get("/", "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c=3"));
      assertThat(scope.get().headers().all("cookie")).containsExactly("a=1; b=2; c=3");
    }
  }

  @Test
  void requestId_isTheOneInTheLogAndTheResponse() throws Exception {
    try (Running server = Running.serve(seen, s -> s.set("trusted-hosts", "127.0.0.1"));
        Client client = Client.open(server)) {
      Answer answer = client.whole(client.get("/", "x-request-id", "of-the-proxy"));
      assertThat(answer.field("x-request-id")).isEqualTo("of-the-proxy");
      assertThat(scope.get().extensions()).containsEntry("request_id", "of-the-proxy");
      server.awaitLogged("\"GET / HTTP/2\" 200 4 ");
    }
  }

  @Test
  void forwarded_byATrustedProxy_isBelieved() throws Exception {
    try (Running server = Running.serve(seen, s -> s.set("trusted-hosts", "127.0.0.1"));
        Client client = Client.open(server)) {
      client.whole(client.get("/", "x-forwarded-for", "203.0.113.7", "x-forwarded-proto", "https"));
      assertThat(scope.get().scheme()).isEqualTo("https");
      assertThat(String.valueOf(scope.get().client())).startsWith("203.0.113.7");
    }
  }

  @Test
  void forwarded_byAnybody_isTakenOut() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      client.whole(client.get("/", "x-forwarded-for", "203.0.113.7"));
      assertThat(scope.get().headers().contains("x-forwarded-for")).isFalse();
      assertThat(String.valueOf(scope.get().client())).startsWith("127.0.0.1");
    }
  }

  @Test
  void fields_outOfTheTable_areTheSameEachTime() throws Exception {
    Queue<String> all = new ConcurrentLinkedQueue<>();
    try (Running server =
            Running.serve(
                Http.app(r -> {
                  all.add(r.path() + " " + r.header("x-own") + " " + r.header("host"));
                  return Response.text("");
                }));
        Client client = Client.open(server)) {
      Fields first = Fields.of("GET", "/").indexing("x-own", "value");
      client.whole(client.request(Frame.END_STREAM, first));
      client.whole(client.request(Frame.END_STREAM, Fields.of("GET", "/").indexed(62)));
      // a path and an authority that come out of the table: what was checked is not mixed up
      Fields paths =
          Fields.only(":method", "GET", ":scheme", "http")
              .indexing(":path", "/p")
              .indexing(":authority", "h");
      client.whole(client.request(Frame.END_STREAM, paths));
      for (int i = 0; i < 3; i++) {
        Fields again =
            Fields.only(":method", i == 1 ? "OPTIONS" : "GET", ":scheme", "http")
                .indexed(63)
                .indexed(62);
        client.whole(client.request(Frame.END_STREAM, again));
      }
      assertThat(all)
          .containsExactly(
              "/ value localhost",
              "/ value localhost",
              "/p null h",
              "/p null h",
              "/p null h",
              "/p null h");
    }
  }

  @Test
  void asterisk_isForOptionsAlone() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      Fields options =
          Fields.only(":method", "OPTIONS", ":scheme", "http", ":authority", "h")
              .indexing(":path", "*");
      assertThat(client.whole(client.request(Frame.END_STREAM, options)).status()).isEqualTo(200);
      Fields get = Fields.only(":method", "GET", ":scheme", "http", ":authority", "h").indexed(62);
      assertThat(client.answer(client.request(Frame.END_STREAM, get)).status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 60})
  void head_inPieces_isPutTogether(int pieces) throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      byte[] block = Fields.of("GET", "/pieces", "x-long", "v".repeat(500)).octets();
      int stream = client.take();
      int size = block.length / (pieces + 1);
      client.frame(Frame.HEADERS, Frame.END_STREAM, stream, Arrays.copyOf(block, size));
      for (int i = 1; i <= pieces; i++) {
        int end = i == pieces ? block.length : size * (i + 1);
        client.frame(
            Frame.CONTINUATION,
            i == pieces ? Frame.END_HEADERS : 0,
            stream,
            Arrays.copyOfRange(block, size * i, end));
      }
      assertThat(client.whole(stream).text()).isEqualTo("seen");
      assertThat(scope.get().headers().first("x-long")).hasSize(500);
    }
  }

  @Test
  void head_withPaddingAndPriority_isRead() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      byte[] block = Fields.of("GET", "/padded").octets();
      byte[] payload = new byte[1 + 5 + block.length + 7];
      payload[0] = 7;
      payload[5] = 16;
      System.arraycopy(block, 0, payload, 6, block.length);
      int flags = Frame.END_HEADERS | Frame.END_STREAM | Frame.PADDED | Frame.WITH_PRIORITY;
      client.frame(Frame.PRIORITY, 0, 9, new byte[] {0, 0, 0, 1, 5});
      client.frame(Frame.HEADERS, flags, client.take(), payload);
      client.whole(1);
      assertThat(scope.get().path()).isEqualTo("/padded");
    }
  }

  @Test
  void body_inPaddedFrames_isWithoutThePadding() throws Exception {
    try (Running server = Running.serve(ECHO);
        Client client = Client.open(server)) {
      int stream = client.post("/");
      byte[] payload = "\3abcXXX".getBytes(ISO_8859_1);
      client.frame(Frame.DATA, Frame.PADDED, stream, payload);
      client.frame(Frame.DATA, Frame.PADDED, stream, (byte) 0);
      client.frame(Frame.DATA, Frame.PADDED | Frame.END_STREAM, stream, payload);
      assertThat(client.whole(stream).text()).isEqualTo("abcabc");
    }
  }

  @Test
  void trailers_endTheBody() throws Exception {
    try (Running server = Running.serve(ECHO);
        Client client = Client.open(server)) {
      int stream = client.post("/", "te", "trailers");
      client.data(stream, "body");
      client.headers(stream, Frame.END_STREAM, Fields.only("x-checksum", "12"));
      assertThat(client.whole(stream).text()).isEqualTo("body");
    }
  }

  @ParameterizedTest
  @CsvSource({":path, /", "X-Upper, y", "connection, close"})
  void trailers_malformed_endTheStream(String name, String value) throws Exception {
    try (Running server = Running.serve(ECHO);
        Client client = Client.open(server)) {
      int stream = client.post("/");
      client.data(stream, "body");
      client.headers(stream, Frame.END_STREAM, Fields.only(name, value));
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void expectContinue_isAnsweredWhenTheApplicationReceives() throws Exception {
    try (Running server = Running.serve(ECHO);
        Client client = Client.open(server)) {
      int stream = client.post("/", "expect", "100-continue");
      Answer answer = client.sofar(stream);
      client.await(Frame.HEADERS);
      assertThat(answer.statuses()).containsExactly(":status: 100");
      client.last(stream, "body");
      assertThat(client.whole(stream).text()).isEqualTo("body");
      assertThat(answer.statuses()).containsExactly(":status: 100", ":status: 200");
    }
  }

  @Test
  void expectContinue_applicationDoesNotReceive_isNotAnswered() throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      int stream = client.post("/", "expect", "100-continue");
      assertThat(client.whole(stream).statuses()).containsExactly(":status: 200");
    }
  }

  @ParameterizedTest(name = "content-length {0}, body \"{1}\" and \"{2}\"")
  @CsvSource({"7, abc, def", "5, abc, def", "2, abc, ''", "0, a, ''"})
  void body_notAsLongAsItSays_isNeverWhole(int length, String first, String rest) throws Exception {
    BlockingQueue<Inbound> all = new LinkedBlockingQueue<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof HttpScope) {
            Inbound message;
            do {
              message = receive.receive();
              all.add(message);
            } while (message instanceof HttpRequest);
          }
        };
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      for (int i = 0; i < 200; i++) {
        int stream = client.post("/", "content-length", String.valueOf(length));
        client.data(stream, first).last(stream, rest);
        assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        int got = 0;
        for (Inbound message = all.poll(10, TimeUnit.SECONDS);
            !(message instanceof HttpDisconnect);
            message = all.poll(10, TimeUnit.SECONDS)) {
          HttpRequest piece = (HttpRequest) message;
          assertThat(piece.moreBody()).as("the body goes on").isTrue();
          got += piece.body().length;
        }
        assertThat(got).isLessThanOrEqualTo(length);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "upper case,        X-Upper,           y",
    "connection,        connection,        close",
    "transfer-encoding, transfer-encoding, chunked",
    "te,                te,                gzip",
    "empty value of te, te,                ''",
    "newline,           x,                 'a\nb'",
    "leading space,     x,                 ' a'",
    "no name,           '',                a",
    "late pseudo,       :path,             /",
    "unknown pseudo,    :late,             /",
    "host differs,      host,              other",
    "length,            content-length,    -1",
    "two hosts,         host,              'a, b'",
  })
  void head_malformed_isRefusedAndOthersAreNot(String what, String name, String value)
      throws Exception {
    try (Running server = Running.serve(seen);
        Client client = Client.open(server)) {
      int stream = client.request(Frame.END_STREAM, Fields.of("GET", "/bad", name, value));
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(client.sofar(stream).status()).isEqualTo(400);
      RequestRejected rejected = server.story().await(RequestRejected.class);
      assertThat(rejected.reason()).isEqualTo(RequestRejected.Reason.MALFORMED);
      assertThat(rejected.path()).isEqualTo("/bad");
      assertThat(rejected.bytesSent()).isEqualTo(client.sofar(stream).length());
      server.awaitLogged("\"GET /bad HTTP/2\" 400 ");
      assertThat(client.whole(client.get("/good")).text()).isEqualTo("seen");
      Await.until("one has come", () -> scope.get() != null);
      assertThat(scope.get().path()).isEqualTo("/good");
    }
  }
}
