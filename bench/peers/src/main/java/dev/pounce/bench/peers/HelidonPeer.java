package dev.pounce.bench.peers;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http2.Http2Config;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Helidon SE: a virtual thread for each connection, and in HTTP/2 one for each stream. */
final class HelidonPeer {
  private HelidonPeer() {}

  static void serve(Endpoint endpoint) throws GeneralSecurityException, IOException {
    var server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(endpoint.port())
            .backlog(2048)
            .routing(routing ->
                routing.get(
                    "/plaintext",
                    (request, response) ->
                        response
                            .header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN)
                            .send("Hello, World!")));
    speak(server.protocolsDiscoverServices(false), endpoint);
    server.build().start();
  }

  private static void speak(WebServerConfig.Builder server, Endpoint endpoint)
      throws GeneralSecurityException, IOException {
    server.addProtocol(Http1Config.create());
    switch (endpoint.protocol()) {
      case HTTP1 -> {}
      case H2C -> http2(server);
      case H2 ->
          http2(server)
              .tls(Tls.builder().sslContext(endpoint.tls()).addApplicationProtocol("h2").build());
      case WEBSOCKET -> throw Main.absent("Helidon", endpoint);
    }
  }

  /**
   * Without Nagle's algorithm, which is on by default: it writes the head and the body of a
   * response in turn, and each answer would wait 40 ms for an acknowledgement.
   */
  private static WebServerConfig.Builder http2(WebServerConfig.Builder server) {
    return server
        .addProtocol(Http2Config.create())
        .connectionOptions(options -> options.tcpNoDelay(true));
  }
}
