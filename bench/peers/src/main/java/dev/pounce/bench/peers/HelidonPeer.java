package dev.pounce.bench.peers;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;

/** Helidon SE: a virtual thread for each connection. */
final class HelidonPeer {
  private HelidonPeer() {}

  static void serve(int port) {
    WebServer.builder()
        .host("127.0.0.1")
        .port(port)
        .backlog(2048)
        .routing(routing ->
            routing.get(
                "/plaintext",
                (request, response) ->
                    response.header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN).send("Hello, World!")))
        .build()
        .start();
  }
}
