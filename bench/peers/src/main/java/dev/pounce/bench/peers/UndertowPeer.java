package dev.pounce.bench.peers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.util.Headers;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Undertow answering on its I/O threads. */
final class UndertowPeer {
  private UndertowPeer() {}

  static void serve(Endpoint endpoint) throws GeneralSecurityException, IOException {
    var server = Undertow.builder();
    switch (endpoint.protocol()) {
      case HTTP1 -> server.addHttpListener(endpoint.port(), "127.0.0.1");
      case H2C ->
          server
              .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
              .addHttpListener(endpoint.port(), "127.0.0.1");
      case H2 ->
          server
              .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
              .addHttpsListener(endpoint.port(), "127.0.0.1", endpoint.tls());
      case WEBSOCKET -> throw Main.absent("Undertow", endpoint);
    }
    server
        .setHandler(
            Handlers.path()
                .addExactPath(
                    "/plaintext",
                    exchange -> {
                      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
                      exchange.getResponseSender().send("Hello, World!");
                    }))
        .build()
        .start();
  }
}
