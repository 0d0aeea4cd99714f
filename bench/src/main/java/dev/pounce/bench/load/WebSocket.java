package dev.pounce.bench.load;

import java.io.IOException;
import java.util.List;

/** Compares servers on messages that they send back over a WebSocket. */
public final class WebSocket {
  private WebSocket() {}

  public static void main(String[] args) throws IOException {
    Comparison.main(
        "websocket", "pounce,netty,vertx,jetty", "12", List.of(EchoLoad.values()), args);
  }
}
