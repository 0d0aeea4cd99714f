package dev.pounce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty with its default thread pool and a handler that says it may block. */
final class JettyPeer {
  private JettyPeer() {}

  static void serve(Endpoint endpoint) throws Exception {
    var server = new Server();
    var connector = new ServerConnector(server, factories(endpoint));
    connector.setHost("127.0.0.1");
    connector.setPort(endpoint.port());
    connector.setAcceptQueueSize(2048);
    server.addConnector(connector);
    server.setHandler(
        endpoint.speaks(Endpoint.Protocol.WEBSOCKET) ? echo(server) : new Plaintext());
    server.start();
  }

  private static ConnectionFactory[] factories(Endpoint endpoint) {
    var configuration = new HttpConfiguration();
    var http1 = new HttpConnectionFactory(configuration);
    return switch (endpoint.protocol()) {
      case HTTP1, WEBSOCKET -> new ConnectionFactory[] {http1};
      case H2C ->
          new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(configuration)};
      case H2 -> {
        var secure = new HttpConfiguration(configuration);
        // The name in the request may be an IP address, which SNI can't have.
        secure.addCustomizer(new SecureRequestCustomizer(false));
        var keys = new SslContextFactory.Server();
        keys.setKeyStorePath(endpoint.keystore().toUri().toString());
        keys.setKeyStorePassword(Endpoint.PASSWORD);
        var alpn = new ALPNServerConnectionFactory("h2");
        yield new ConnectionFactory[] {
          new SslConnectionFactory(keys, alpn.getProtocol()),
          alpn,
          new HTTP2ServerConnectionFactory(secure)
        };
      }
    };
  }

  private static Handler echo(Server server) {
    return WebSocketUpgradeHandler.from(
        server,
        container -> container.addMapping("/echo", (request, response, callback) -> new Echo()));
  }

  /** Must be public for Jetty. */
  public static final class Echo extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String text) {
      getSession()
          .sendText(
              text,
              org.eclipse.jetty.websocket.api.Callback.from(
                  () -> {}, failure -> getSession().disconnect()));
    }
  }

  private static final class Plaintext extends Handler.Abstract {
    private static final ByteBuffer BODY =
        ByteBuffer.wrap("Hello, World!".getBytes(US_ASCII)).asReadOnlyBuffer();

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!request.getHttpURI().getPath().equals("/plaintext")) {
        return false;
      }
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      response.write(true, BODY.slice(), callback);
      return true;
    }
  }
}
