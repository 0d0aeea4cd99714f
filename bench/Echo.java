import dev.pounce.app.*;

// Sends each message back that comes in over a WebSocket.
Application app =
    (scope, receive, send) -> {
      if (!(scope instanceof WebSocketScope)) {
        return;
      }
      receive.receive();
      send.send(new WebSocketAccept(null, Headers.none()));
      while (receive.receive() instanceof WebSocketReceive(byte[] bytes, String text)) {
        send.send(new WebSocketSend(bytes, text));
      }
    };
