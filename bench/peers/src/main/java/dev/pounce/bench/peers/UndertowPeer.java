package dev.pounce.bench.peers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.util.Headers;

/** Undertow answering on its I/O threads. */
final class UndertowPeer {
  private UndertowPeer() {}

  static void serve(int port) {
    Undertow.builder()
        .addHttpListener(port, "127.0.0.1")
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
