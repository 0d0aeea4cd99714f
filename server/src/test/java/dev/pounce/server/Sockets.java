package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import java.io.IOException;

/** Applications of WebSockets. */
final class Sockets {

  static final WebSocketAccept ACCEPT = new WebSocketAccept(null, Headers.none());

  private Sockets() {}

  /** Has an application handle WebSockets, and nothing else. */
  static Application app(Application inner) {
    return (scope, receive, send) -> {
      if (scope instanceof WebSocketScope) {
        inner.handle(scope, receive, send);
      }
    };
  }

  static void say(Send send, String text) throws IOException {
    send.send(new WebSocketSend(null, text));
  }
}
