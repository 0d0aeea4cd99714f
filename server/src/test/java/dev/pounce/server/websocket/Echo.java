package dev.pounce.server.websocket;

import dev.pounce.app.Headers;
import dev.pounce.app.Inbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Scope;
import dev.pounce.app.Send;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketReceive;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import java.io.IOException;

/** An application that says what it is told, and takes nothing but WebSockets. */
public final class Echo {

  private Echo() {}

  /** The application. */
  public static void handle(Scope scope, Receive receive, Send send) throws IOException {
    if (scope instanceof WebSocketScope) {
      converse(receive, send);
    }
  }

  /** Accepts a WebSocket, says what it is told, and gives what came when that was over. */
  public static Inbound converse(Receive receive, Send send) throws IOException {
    receive.receive();
    send.send(new WebSocketAccept(null, Headers.none()));
    Inbound message = receive.receive();
    while (message instanceof WebSocketReceive(byte[] bytes, String text)) {
      send.send(new WebSocketSend(bytes, text));
      message = receive.receive();
    }
    return message;
  }
}
