package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.server.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application answers, as a client has it. */
@Timeout(60)
class ResponseTest {

  @Test
  void response_isWhole_withTheServersFields() throws Exception {
    try (Running server = Running.serve(Http.app(r -> Response.text("hello")));
        Client client = Client.open(server)) {
      Answer answer = client.whole(client.get("/"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(answer.field("server")).isEqualTo("pounce");
      assertThat(answer.field("date")).endsWith(" GMT");
      assertThat(answer.field("content-length")).isEqualTo("5");
      assertThat(answer.field("content-type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(answer.field("x-request-id")).matches("[0-9a-f]{32}");
      assertThat(answer.fields())
          .allMatch(f -> f.equals(f.toLowerCase(java.util.Locale.ROOT)) || f.startsWith("date"));
    }
  }

  @Test
  void responses_ofManyStreams_areAllWholeAndTheirOwn() throws Exception {
    CountDownLatch all = new CountDownLatch(100);
    try (Running server =
            Running.serve(
                Http.app(r -> {
                  all.countDown();
                  all.await();
                  return Response.text(r.path());
                }));
        Client client = Client.open(server)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        streams.add(client.get("/" + i));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(client.whole(streams.get(i)).text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void requests_beyondWhatAThreadServes_goOn() throws Exception {
    try (Running server = Running.serve(Http.app(r -> Response.text(r.path())));
        Client client = Client.open(server)) {
      for (int i = 0; i < 1200; i++) {
        assertThat(client.whole(client.get("/" + i)).text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void applicationsConnectionFields_areLeftOut() throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r ->
                    Response.text("x")
                        .header("Connection", "close")
                        .header("Transfer-Encoding", "chunked")
                        .header("Keep-Alive", "1")
                        .header("Upgrade", "h2c")
                        .header("X-Kept", "yes")));
        Client client = Client.open(server)) {
      Answer answer = client.whole(client.get("/"));
      assertThat(answer.field("x-kept")).isEqualTo("yes");
      assertThat(String.join("\n", answer.fields()))
          .doesNotContain("connection", "transfer-encoding", "keep-alive", "upgrade");
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200, 5", "GET, 204, ", "GET, 304, "})
  void responseWithoutABody_isJustItsHead(String method, int status, String length)
      throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r -> status == 200 ? Response.text("hello") : Response.empty(status)));
        Client client = Client.open(server)) {
      int stream = client.request(Frame.END_STREAM, Fields.of(method, "/"));
      Answer answer = client.whole(stream);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.length()).isZero();
      assertThat(answer.all("content-length"))
          .isEqualTo(length == null ? List.of() : List.of(length));
      Received head = client.await(Frame.HEADERS);
      assertThat(head.has(Frame.END_STREAM)).isTrue();
    }
  }

  @Test
  void pieces_areSentAsTheyAreMade() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (Running server =
            Running.serve((scope, receive, send) -> {
              if (scope instanceof HttpScope) {
                send.send(new HttpResponseStart(200, Headers.none()));
                send.send(new HttpResponseBody("first".getBytes("UTF-8"), true));
                seen.await();
                send.send(HttpResponseBody.last("second".getBytes("UTF-8")));
              }
            });
        Client client = Client.open(server)) {
      int stream = client.get("/");
      assertThat(client.awaitBody(stream, 5).text()).isEqualTo("first");
      seen.countDown();
      assertThat(client.whole(stream).text()).isEqualTo("firstsecond");
      assertThat(client.sofar(stream).all("content-length")).isEmpty();
    }
  }

  @Test
  void headLargerThanAFrame_goesOnInContinuations() throws Exception {
    String large = "v".repeat(20_000);
    try (Running server =
            Running.serve(
                Http.app(r ->
                    Response.text("x").header("x-a", large + "a").header("x-b", large + "b")));
        Client client = Client.open(server)) {
      Answer answer = client.whole(client.get("/"));
      assertThat(answer.field("x-a")).isEqualTo(large + "a");
      assertThat(answer.field("x-b")).isEqualTo(large + "b");
      Received head = client.await(Frame.HEADERS);
      assertThat(head.has(Frame.END_HEADERS)).isFalse();
      assertThat(head.payload()).hasSize(Frame.PAYLOAD_LIMIT);
      Received more = client.await(Frame.CONTINUATION);
      assertThat(more.payload().length).isLessThanOrEqualTo(Frame.PAYLOAD_LIMIT);
      assertThat(more.stream()).isEqualTo(1);
      // and nothing has come in between
      assertThat(client.whole(client.get("/")).field("x-b")).isEqualTo(large + "b");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16_384, 32_768, 1 << 20})
  void frames_areNoLargerThanTheClientTakes(int limit) throws Exception {
    byte[] body = new byte[200_000];
    try (Running server =
            Running.serve(Http.app(r -> Response.bytes("application/octet-stream", body)));
        Client client =
            Client.open(
                server, Settings.MAX_FRAME_SIZE, limit, Settings.INITIAL_WINDOW_SIZE, 1 << 20)) {
      client.open(0, 1 << 20);
      assertThat(client.whole(client.get("/")).length()).isEqualTo(body.length);
      assertThat(client.unclaimed()).allMatch(frame -> frame.payload().length <= limit);
    }
  }

  @Test
  void clientWithoutATable_getsFieldsThatNeedNone() throws Exception {
    try (Running server =
            Running.serve(Http.app(r -> Response.text("x").header("x-mine", r.path())));
        Client client = Client.open(server).tableLimit(0)) {
      client.sync();
      for (int i = 0; i < 5; i++) {
        assertThat(client.whole(client.get("/same")).field("x-mine")).isEqualTo("/same");
      }
    }
  }

  @Test
  void tableThatShrinksAndGrowsInOneFrame_isEmptiedInBetween() throws Exception {
    try (Running server =
            Running.serve(Http.app(r -> Response.text("x").header("x-mine", r.path())));
        Client client = Client.open(server)) {
      assertThat(client.whole(client.get("/same")).field("x-mine")).isEqualTo("/same");
      client.settings(Settings.HEADER_TABLE_SIZE, 0, Settings.HEADER_TABLE_SIZE, 4096);
      client.sync();
      int stream = client.get("/same");
      client.whole(stream);
      Received head =
          client.await("the head", f -> f.type() == Frame.HEADERS && f.stream() == stream);
      assertThat(head.payload()).startsWith(0x20, 0x3f, 0xe1, 0x1f); // 0, and then 4096
    }
  }

  @Test
  void responseBeforeTheRequestHasEnded_endsTheStreamWithoutAnError() throws Exception {
    try (Running server = Running.serve(Http.app(r -> Response.text("enough")));
        Client client = Client.open(server)) {
      int stream = client.post("/");
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.NO_ERROR);
      assertThat(client.whole(stream).text()).isEqualTo("enough");
      client.data(stream, "what was on its way").last(stream, "");
      assertThat(client.whole(client.get("/")).text()).isEqualTo("enough");
      assertThat(client.lastGoAway()).isNull();
    }
  }
}
