package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.Outbound;
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

  /** Sends a message, and tells what comes of it: {@code sent}, or what is wrong. */
  static Object outcome(Send send, Outbound message) {
    try {
      send.send(message);
      return "sent";
    } catch (ContractException | IOException e) {
      return e;
    }
  }

  static void say(Send send, String text) throws IOException {
    send.send(new WebSocketSend(null, text));
  }
}
