package dev.pounce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** Jetty with its default thread pool and a handler that says it may block. */
final class JettyPeer {
  private JettyPeer() {}

  static void serve(int port) throws Exception {
    var server = new Server();
    var connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setAcceptQueueSize(2048);
    server.addConnector(connector);
    server.setHandler(new Plaintext());
    server.start();
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
