package dev.pounce.server.http2;

import static dev.pounce.server.Site.last;
import static dev.pounce.server.Site.ok;
import static dev.pounce.server.Site.piece;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pounce.app.Application;
import dev.pounce.app.DisconnectedException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpDisconnect;
import dev.pounce.app.HttpRequest;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Scope;
import dev.pounce.app.Send;
import dev.pounce.observe.ClientDisconnected;
import dev.pounce.observe.RequestFailed;
import dev.pounce.server.Running;
import dev.pounce.server.ServerLog;
import dev.pounce.server.Site;
import dev.pounce.server.StartupException;
import java.io.IOException;
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

  private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  @AutoClose private final ServerLog log = ServerLog.open();

  @AfterEach
  void letGo() {
    release.countDown();
  }

  private static Running serve(Application it) throws StartupException {
    return Running.serve(Site.of(it));
  }

  /** An application that receives its request, and notes what comes after that. */
  private void noteTheEnd(Scope scope, Receive receive, Send send) throws IOException {
    Inbound message = receive.receive();
    while (message instanceof HttpRequest) {
      message = receive.receive();
    }
    got.add(message);
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
    try (Running server =
            serve((scope, receive, send) -> {
              for (int i = 0; i < 4; i++) {
                got.add(receive.receive());
              }
            });
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
    try (Running server = serve(this::noteTheEnd)) {
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
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ok());
              send.send(piece("first"));
              release.await();
              got.add(catchThrowable(() -> send.send(piece("second"))));
              got.add(catchThrowable(() -> send.send(piece("third"))));
            });
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
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ok());
              got.add(catchThrowable(() -> send.send(HttpResponseBody.last(new byte[200_000]))));
            });
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
    try (Running server =
            serve((scope, receive, send) -> {
              throw new IllegalStateException("broken");
            });
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
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ok());
              send.send(piece("half"));
              throw new IllegalStateException("broken");
            });
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
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ok());
              send.send(piece("half"));
            });
        Client client = Client.open(server)) {
      assertThat(client.awaitReset(client.get("/it"))).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertGoesOn(client);
    }
  }

  @Test
  void application_sendsMoreThanItDeclared_resetsTheStream() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(new HttpResponseStart(200, Headers.of("content-length", "6")));
              send.send(piece("half"));
              send.send(piece("too much"));
            });
        Client client = Client.open(server)) {
      int stream = client.get("/it");
      assertThat(client.awaitReset(stream)).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertThat(client.sofar(stream).text()).isEqualTo("half");
      assertGoesOn(client);
    }
  }

  @Test
  void application_isInterruptedByItself_doesNotHarmTheConnection() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              send.send(ok());
              Thread.currentThread().interrupt();
              send.send(last("done"));
              Thread.currentThread().interrupt();
            });
        Client client = Client.open(server)) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.whole(client.get("/it")).text()).isEqualTo("done");
      }
      assertGoesOn(client);
    }
  }

  @Test
  void application_throwsAnError_isWrittenOff() throws Exception {
    try (Running server =
            serve((scope, receive, send) -> {
              throw new StackOverflowError();
            });
        Client client = Client.open(server)) {
      assertThat(client.whole(client.get("/it")).status()).isEqualTo(500);
      assertGoesOn(client);
    }
  }

  @Test
  void connection_brokenByTheClient_endsItsStreams() throws Exception {
    try (Running server = serve(this::noteTheEnd);
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
