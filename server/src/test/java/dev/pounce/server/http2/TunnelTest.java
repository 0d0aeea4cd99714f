package dev.pounce.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketDisconnect;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import dev.pounce.server.Running;
import dev.pounce.server.websocket.Echo;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.Test;

/** WebSockets on streams of HTTP/2 (RFC 8441), with Jetty's client at the other end. */
class TunnelTest {

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @Test
  void webSocket_overHttp2_carriesMessagesBothWaysAndCloses() throws Exception {
    String large = "\u00e4".repeat(300_000);
    try (Running server = Running.serve(Echo::handle);
        Jetty client = new Jetty(server.port(), List.of())) {
      Session session = client.connect("/chat");
      session.sendText("Hello", Callback.NOOP);
      assertThat(hear()).isEqualTo("text Hello");
      session.sendText(large, Callback.NOOP);
      assertThat(hear()).isEqualTo("text " + large);
      session.sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), Callback.NOOP);
      assertThat(hear()).isEqualTo("binary 3");
      session.close(3000, "bye", Callback.NOOP);
      assertThat(hear()).isEqualTo("close 3000");
    }
  }

  @Test
  void webSocket_withCompression_carriesMessages() throws Exception {
    try (Running server = Running.serve(Echo::handle);
        Jetty client = new Jetty(server.port(), List.of("permessage-deflate"))) {
      Session session = client.connect("/");
      assertThat(session.getUpgradeResponse().getHeader("sec-websocket-extensions"))
          .startsWith("permessage-deflate");
      session.sendText("aaaa".repeat(10_000), Callback.NOOP);
      assertThat(hear()).isEqualTo("text " + "aaaa".repeat(10_000));
    }
  }

  @Test
  void webSockets_onOneConnection_areIndependent() throws Exception {
    try (Running server = Running.serve(Echo::handle);
        Jetty client = new Jetty(server.port(), List.of())) {
      Session first = client.connect("/1");
      Session second = client.connect("/2");
      assertThat(first.getLocalSocketAddress()).isEqualTo(second.getLocalSocketAddress());
      first.close(1000, "", Callback.NOOP);
      assertThat(hear()).isEqualTo("close 1000");
      second.sendText("still here", Callback.NOOP);
      assertThat(hear()).isEqualTo("text still here");
    }
  }

  @Test
  void scope_overHttp2_saysSo() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof WebSocketScope socket) {
            receive.receive();
            send.send(new WebSocketAccept(null, Headers.none()));
            String said = socket.httpVersion() + " " + socket.scheme() + " " + socket.path();
            send.send(new WebSocketSend(null, said));
            receive.receive();
          }
        };
    try (Running server = Running.serve(app);
        Jetty client = new Jetty(server.port(), List.of())) {
      client.connect("/a%20b");
      assertThat(hear()).isEqualTo("text 2 ws /a b");
    }
  }

  @Test
  void refusal_byTheApplication_isA403() throws Exception {
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof WebSocketScope) {
            receive.receive();
            send.send(new WebSocketClose(1000, ""));
          }
        };
    try (Running server = Running.serve(app);
        Jetty client = new Jetty(server.port(), List.of())) {
      assertThat(client.refused("/")).contains("403");
    }
  }

  @Test
  void drain_ofTheServer_closesWith1001() throws Exception {
    BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
    Application app =
        (scope, receive, send) -> {
          if (scope instanceof WebSocketScope) {
            receive.receive();
            send.send(new WebSocketAccept(null, Headers.none()));
            if (receive.receive() instanceof WebSocketDisconnect(int code, String _)) {
              told.add(code);
            }
          }
        };
    try (Jetty client = new Jetty(0, List.of())) {
      try (Running server = Running.serve(app)) {
        client.port = server.port();
        client.connect("/");
      }
      assertThat(hear()).isEqualTo("close 1001");
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(1001);
    }
  }

  private String hear() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private final class Jetty implements AutoCloseable {

    private final WebSocketClient client;
    private final List<String> extensions;
    private int port;

    Jetty(int port, List<String> extensions) throws Exception {
      ClientConnector connector = new ClientConnector();
      HTTP2Client http2 = new HTTP2Client(connector);
      this.client =
          new WebSocketClient(
              new HttpClient(
                  new HttpClientTransportDynamic(
                      connector, new ClientConnectionFactoryOverHTTP2.HTTP2(http2))));
      // Without a reader of its own, the answer's content is read and dropped by the client, and
      // with it what is sent on the stream before the client has done with the answer's header.
      client
          .getHttpClient()
          .getRequestListeners()
          .addBeginListener(request -> request.onResponseContentSource(Jetty::leaveToTheTunnel));
      this.port = port;
      this.extensions = extensions;
      client.setMaxTextMessageSize(1 << 20);
      client.start();
    }

    private static void leaveToTheTunnel(Response response, Content.Source content) {
      if (response.getStatus() != 200) {
        Content.Source.consumeAll(content, org.eclipse.jetty.util.Callback.NOOP);
      }
    }

    Session connect(String path) throws Exception {
      ClientUpgradeRequest request =
          new ClientUpgradeRequest(URI.create("ws://127.0.0.1:" + port + path));
      for (String extension : extensions) {
        request.addExtensions(extension);
      }
      return client.connect(new Ear(), request).get(10, TimeUnit.SECONDS);
    }

    String refused(String path) throws Exception {
      try {
        connect(path);
        return "not refused";
      } catch (ExecutionException e) {
        return String.valueOf(e.getCause());
      }
    }

    @Override
    public void close() throws Exception {
      client.stop();
      client.getHttpClient().stop();
    }
  }

  /** Public and named as Jetty wants it. */
  public final class Ear implements Session.Listener.AutoDemanding {

    @Override
    public void onWebSocketText(String message) {
      heard.add("text " + message);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
      heard.add("binary " + payload.remaining());
      callback.succeed();
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
      heard.add("close " + code);
      callback.succeed();
    }
  }
}
