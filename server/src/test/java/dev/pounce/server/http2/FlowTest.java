package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Response;
import dev.pounce.app.Scope;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.server.Running;
import dev.pounce.server.StartupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Windows (RFC 9113, section 5.2), in both directions. */
@Timeout(60)
class FlowTest {

  private static final int LARGE = 1 << 20;
  private static final byte[] PIECE = new byte[16_384];

  private final CountDownLatch release = new CountDownLatch(1);

  /** So many octets as the path says, no two windows of them alike. */
  private static Running serve() throws StartupException {
    return Running.serve(
        Http.app(r ->
            Response.bytes(
                "application/octet-stream", noise(Integer.parseInt(r.path().substring(1))))));
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    for (int i = 0; i < length; i++) {
      noise[i] = (byte) (i * 31 + (i >>> 8));
    }
    return noise;
  }

  /** Waits until so much has come of a body; no more comes. */
  private static void assertStopsAt(int octets, Client client, int stream) throws IOException {
    client.awaitBody(stream, octets);
    assertThat(client.sync().sofar(stream).length()).isEqualTo(octets);
  }

  @Test
  void send_windowIsExhausted_waitsForAnUpdate() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server).keepsWindows()) {
      int stream = client.get("/100000");
      assertStopsAt(65_535, client, stream);
      client.open(stream, 1000).sync();
      assertThat(client.sofar(stream).length())
          .as("the connection's is still shut")
          .isEqualTo(65_535);
      client.open(0, 500);
      client.awaitBody(stream, 66_035);
      client.open(stream, LARGE).open(0, LARGE);
      assertThat(client.whole(stream).body()).isEqualTo(noise(100_000));
    }
  }

  @Test
  void send_connectionsWindowIsShut_bodilessResponsesStillCome() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server).keepsWindows()) {
      int stream = client.get("/100000");
      client.awaitBody(stream, 65_535);
      assertThat(client.whole(client.request(Frame.END_STREAM, Fields.of("HEAD", "/7"))).status())
          .isEqualTo(200);
      assertThat(client.whole(client.get("/0")).length()).isZero();
    }
  }

  @Test
  void send_twoLargeBodies_shareTheConnection() throws Exception {
    try (Running server = serve();
        Client client =
            Client.open(server, Settings.INITIAL_WINDOW_SIZE, 4 * LARGE).keepsWindows()) {
      int one = client.get("/" + LARGE);
      client.awaitBody(one, 65_535);
      int other = client.get("/" + LARGE);
      while (client.sofar(other).length() == 0) { // until it waits for the window, too
        client.open(0, 1000).sync();
      }
      int before = client.sofar(other).length();
      client.open(0, 400_000);
      client.awaitBody(other, before + 100_000);
      client.awaitBody(one, 65_535 + 100_000);
      client.open(0, 4 * LARGE);
      assertThat(client.whole(one).body()).isEqualTo(noise(LARGE));
      assertThat(client.whole(other).body()).isEqualTo(noise(LARGE));
    }
  }

  /** What one stream can't use of the connection's window goes to the next. */
  @Test
  void send_firstInTheQueueTakesLittle_theRestIsTheNexts() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 40_000).keepsWindows()) {
      int one = client.get("/100000");
      client.awaitBody(one, 40_000);
      int other = client.get("/100000");
      client.awaitBody(other, 25_535);
      client.sync(); // other waits for the connection's window
      client.open(one, 1000).sync(); // and then so does one, behind it
      client.open(0, 60_000);
      client.awaitBody(other, 40_000);
      client.awaitBody(one, 41_000);
    }
  }

  @Test
  void initialWindow_grows_openStreamsGoOn() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 10).keepsWindows()) {
      int stream = client.get("/50000");
      assertStopsAt(10, client, stream);
      client.settings(Settings.INITIAL_WINDOW_SIZE, 30);
      assertStopsAt(30, client, stream);
      client.settings(Settings.INITIAL_WINDOW_SIZE, 60_000);
      assertThat(client.whole(stream).body()).isEqualTo(noise(50_000));
    }
  }

  @Test
  void initialWindow_shrinksBelowWhatWasSent_hasToBeMadeUpFor() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 1000).keepsWindows()) {
      int stream = client.get("/5000");
      client.awaitBody(stream, 1000);
      client.settings(Settings.INITIAL_WINDOW_SIZE, 200); // now it is -800
      client.open(stream, 800);
      assertStopsAt(1000, client, stream);
      client.open(stream, 1);
      assertStopsAt(1001, client, stream);
      client.open(stream, 10_000);
      assertThat(client.whole(stream).body()).isEqualTo(noise(5000));
    }
  }

  @Test
  void windowUpdate_beyondAllBounds_endsTheStreamOrTheConnection() throws Exception {
    try (Running server = serve();
        Client client = Client.open(server).keepsWindows()) {
      int stream = client.get("/100000");
      client.awaitBody(stream, 65_535);
      client.open(stream, Integer.MAX_VALUE).open(stream, Integer.MAX_VALUE);
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
      client.open(0, Integer.MAX_VALUE).open(0, Integer.MAX_VALUE);
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  @Test
  void clientLeaves_whileSendWaits_isNoticed() throws Exception {
    try (Running server = serve()) {
      try (Client client = Client.open(server).keepsWindows()) {
        client.awaitBody(client.get("/100000"), 65_535);
      }
      server.story().await(ClientDisconnected.class);
    }
  }

  @Test
  void upload_isTakenWhole_howeverLargeItIs() throws Exception {
    try (Running server = Running.serve(Http.app(r -> Response.text(sum(r.body()))));
        Client client = Client.open(server)) {
      client.await(Frame.SETTINGS);
      int stream = client.post("/");
      byte[] body = noise(900_000);
      int window = Stream.WINDOW;
      for (int at = 0; at < body.length; ) {
        while (window < 16_000) {
          window += client.awaitRoom(stream);
        }
        int end = Math.min(body.length, at + 16_000);
        int flags = end == body.length ? Frame.END_STREAM : 0;
        client.frame(Frame.DATA, flags, stream, Arrays.copyOfRange(body, at, end));
        window -= end - at;
        at = end;
      }
      assertThat(client.whole(stream).text()).isEqualTo(sum(new ByteArrayInputStream(body)));
    }
  }

  private static String sum(InputStream in) throws IOException {
    byte[] all = in.readAllBytes();
    return all.length + " octets, " + Arrays.hashCode(all);
  }

  /** An application that does not receive, until it is released. */
  private void hold(Scope scope) throws InterruptedException {
    if (scope instanceof HttpScope) {
      release.await();
    }
  }

  /** Sends as much of a body as its stream's window has room for. */
  private static void fill(Client client, int stream) throws IOException {
    for (int i = 0; i < Stream.WINDOW / PIECE.length; i++) {
      client.frame(Frame.DATA, 0, stream, PIECE);
    }
  }

  @Test
  void upload_applicationDoesNotReceive_isHeldBackAndOthersAreNot() throws Exception {
    AtomicInteger got = new AtomicInteger();
    try (Running server =
            Running.serve(
                Http.app(r -> {
                  if (r.path().equals("/hold")) {
                    release.await();
                  }
                  byte[] body = r.bytes();
                  got.addAndGet(body.length);
                  return Response.text(body.length + "");
                }));
        Client client = Client.open(server)) {
      int held = client.post("/hold");
      fill(client, held);
      client.sync();
      int other = client.post("/");
      for (int i = 0; i < 100; i++) {
        client.frame(Frame.DATA, i == 99 ? Frame.END_STREAM : 0, other, new byte[2000]);
      }
      assertThat(client.whole(other).text()).isEqualTo("200000");
      assertThat(client.unclaimed())
          .noneMatch(f -> f.type() == Frame.WINDOW_UPDATE && f.stream() == held);
      release.countDown();
      client.awaitRoom(held);
      client.frame(Frame.DATA, Frame.END_STREAM, held, PIECE);
      assertThat(client.whole(held).text()).isEqualTo(Stream.WINDOW + PIECE.length + "");
    }
  }

  @Test
  void upload_beyondTheStreamsWindow_resetsIt() throws Exception {
    try (Running server = Running.serve((scope, receive, send) -> hold(scope));
        Client client = Client.open(server)) {
      int stream = client.post("/");
      fill(client, stream);
      client.data(stream, "x");
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
      client.sync();
      release.countDown();
    }
  }

  @Test
  void upload_beyondTheConnectionsWindow_endsIt() throws Exception {
    try (Running server = Running.serve((scope, receive, send) -> hold(scope));
        Client client = Client.open(server)) {
      for (int s = 0; s < Session.WINDOW / Stream.WINDOW; s++) {
        fill(client, client.post("/"));
      }
      client.sync().data(client.post("/"), "x");
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
      release.countDown();
    }
  }

  /** Whatever becomes of a body, the connection's window does not shrink for good. */
  @Test
  void connectionsWindow_isGivenBack_whateverBecomesOfABody() throws Exception {
    try (Running server =
            Running.serve(
                Http.app(r ->
                    r.path().equals("/read")
                        ? Response.text(r.bytes().length + "")
                        : Response.text("no")));
        Client client = Client.open(server)) {
      long sent = 0;
      long given = Settings.DEFAULT_WINDOW; // the rest comes at once
      byte[] padded = new byte[10_001];
      padded[0] = 100;
      for (int i = 0; i < 600; i++) {
        while (given - sent < 25_000) {
          given += client.awaitRoom(0);
        }
        int stream = client.post(i % 4 == 0 ? "/read" : "/ignored");
        client.frame(Frame.DATA, 0, stream, new byte[10_000]);
        sent += 10_000;
        switch (i % 4) {
          case 0, 1 -> client.frame(Frame.DATA, Frame.END_STREAM | Frame.PADDED, stream, padded);
          case 2 ->
              client
                  .frame(Frame.DATA, Frame.PADDED, stream, padded)
                  .reset(stream, ErrorCode.CANCEL);
          default -> client.reset(stream, ErrorCode.CANCEL).frame(Frame.DATA, 0, stream, padded);
        }
        sent += padded.length;
        if (i % 4 < 2) {
          client.answer(stream);
        }
      }
      assertThat(sent).isGreaterThan(10L * Session.WINDOW);
    }
  }
}
