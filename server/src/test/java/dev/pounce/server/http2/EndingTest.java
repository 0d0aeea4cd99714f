package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.Http;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Response;
import dev.pounce.app.Send;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.RequestFailed;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that end early, by the client or by the application, among others that do not. */
@Timeout(60)
class EndingTest {

  private static final HttpResponseStart OK = new HttpResponseStart(200, Headers.none());

  private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  @AutoClose private final ServerLog log = ServerLog.open();

  @AfterEach
  void letGo() {
    release.countDown();
  }

  @FunctionalInterface
  private interface Handler {
    void handle(Receive receive, Send send) throws Exception;
  }

  private static final Application RIGHT = Http.app(r -> Response.text("right " + r.path()));

  /** Served with what is of interest at {@code /it}, and a plain answer at every other path. */
  private static Application site(Handler it) {
    return (scope, receive, send) -> {
      if (scope instanceof HttpScope http && http.path().equals("/it")) {
        it.handle(receive, send);
      } else {
        RIGHT.handle(scope, receive, send);
      }
    };
  }

  private static HttpResponseBody piece(String text) {
    return new HttpResponseBody(text.getBytes(UTF_8), true);
  }

  private static void assertGoesOn(Client client) throws Exception {
    assertThat(client.whole(client.get("/next")).text()).isEqualTo("right /next");
    assertThat(client.lastGoAway()).isNull();
  }

  private Object got() throws InterruptedException {
    return got.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void receive_clientResetsTheStream_givesDisconnect() throws Exception {
    Application app =
        site((receive, send) -> {
          for (int i = 0; i < 4; i++) {
            got.add(receive.receive());
          }
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.post("/it");
      client.data(stream, "part");
      assertThat(((HttpRequest) got()).body()).hasSize(4);
      client.reset(stream, ErrorCode.CANCEL);
      for (int i = 0; i < 3; i++) {
        assertThat(got()).isEqualTo(new HttpDisconnect());
      }
      assertGoesOn(client);
      ClientDisconnected left = server.story().await(ClientDisconnected.class);
      assertThat(left.duringStreaming()).isFalse();
      server.awaitLogged("\"POST /it HTTP/2\" 499 0 ");
    }
  }

  @Test
  void receive_clientClosesTheConnection_givesDisconnectOnEveryStream() throws Exception {
    Application app =
        site((receive, send) -> {
          Inbound message;
          do {
            message = receive.receive();
          } while (message instanceof HttpRequest);
          got.add(message);
        });
    try (Running server = Running.serve(app)) {
      try (Client client = Client.open(server)) {
        for (int i = 0; i < 10; i++) {
          client.post("/it");
        }
        client.sync();
      }
      for (int i = 0; i < 10; i++) {
        assertThat(got()).isEqualTo(new HttpDisconnect());
      }
    }
  }

  @Test
  void send_clientResetsTheStream_fails() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(OK);
          send.send(piece("first"));
          release.await();
          got.add(catchThrowable(() -> send.send(piece("second"))));
          got.add(catchThrowable(() -> send.send(piece("third"))));
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.get("/it");
      client.awaitBody(stream, 5);
      client.reset(stream, ErrorCode.CANCEL).sync();
      release.countDown();
      assertThat(got()).isInstanceOf(DisconnectedException.class);
      assertThat(got()).isInstanceOf(DisconnectedException.class);
      assertGoesOn(client);
      ClientDisconnected left = server.story().await(ClientDisconnected.class);
      assertThat(left.duringStreaming()).isTrue();
      assertThat(left.bytesSent()).isEqualTo(5);
      assertThat(log.atLeast(Level.WARNING)).isEmpty();
    }
  }

  @Test
  void send_clientResetsWhileItWaitsForTheWindow_fails() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(OK);
          got.add(catchThrowable(() -> send.send(HttpResponseBody.last(new byte[200_000]))));
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server, Settings.INITIAL_WINDOW_SIZE, 1000).keepsWindows()) {
      int stream = client.get("/it");
      client.awaitBody(stream, 1000);
      client.reset(stream, ErrorCode.CANCEL);
      assertThat(got()).isInstanceOf(DisconnectedException.class);
      assertGoesOn(client);
      assertThat(server.story().await(ClientDisconnected.class).bytesSent()).isEqualTo(1000);
    }
  }

  @Test
  void application_failsBeforeTheHead_is500() throws Exception {
    Application app =
        site((receive, send) -> {
          throw new IllegalStateException("broken");
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.get("/it");
      assertThat(client.whole(stream).status()).isEqualTo(500);
      assertThat(client.sofar(stream).text()).isEqualTo("Internal Server Error\n");
      assertGoesOn(client);
      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.status()).isEqualTo(500);
      assertThat(failed.error()).hasMessage("broken");
      server.awaitLogged("\"GET /it HTTP/2\" 500 22 ");
      log.awaitStart("Request failed: GET /it");
    }
  }

  @Test
  void application_failsBehindTheHead_resetsTheStream() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(OK);
          send.send(piece("half"));
          throw new IllegalStateException("broken");
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.get("/it");
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertThat(client.sofar(stream).isWhole()).isFalse();
      assertThat(client.sofar(stream).text()).isEqualTo("half");
      assertGoesOn(client);
      RequestFailed failed = server.story().await(RequestFailed.class);
      assertThat(failed.status()).isEqualTo(200);
      assertThat(failed.bytesSent()).isEqualTo(4);
    }
  }

  @Test
  void application_returnsInTheMiddle_resetsTheStream() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(OK);
          send.send(piece("half"));
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      assertThat(client.awaitReset(client.get("/it"))).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertGoesOn(client);
    }
  }

  @Test
  void application_sendsMoreThanItDeclared_resetsTheStream() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(new HttpResponseStart(200, Headers.of("content-length", "6")));
          send.send(piece("half"));
          send.send(piece("too much"));
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.get("/it");
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertThat(client.sofar(stream).text()).isEqualTo("half");
      assertGoesOn(client);
    }
  }

  @Test
  void application_isInterruptedByItself_doesNotHarmTheConnection() throws Exception {
    Application app =
        site((receive, send) -> {
          send.send(OK);
          Thread.currentThread().interrupt();
          send.send(HttpResponseBody.last("done".getBytes(UTF_8)));
          Thread.currentThread().interrupt();
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.whole(client.get("/it")).text()).isEqualTo("done");
      }
      assertGoesOn(client);
    }
  }

  @Test
  void application_throwsAnError_isWrittenOff() throws Exception {
    Application app =
        site((receive, send) -> {
          throw new StackOverflowError();
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      assertThat(client.whole(client.get("/it")).status()).isEqualTo(500);
      assertGoesOn(client);
    }
  }

  @Test
  void connection_brokenByTheClient_endsItsStreams() throws Exception {
    Application app =
        site((receive, send) -> {
          Inbound message;
          do {
            message = receive.receive();
          } while (message instanceof HttpRequest);
          got.add(message);
        });
    try (Running server = Running.serve(app);
        Client client = Client.open(server)) {
      int stream = client.post("/it");
      client.frame(Frame.PING, 0, 0, (byte) 1);
      Received end = client.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.FRAME_SIZE_ERROR);
      assertThat(end.last()).isEqualTo(stream);
      assertThat(got()).isEqualTo(new HttpDisconnect());
      server.story().await(ClientDisconnected.class);
    }
  }
}
