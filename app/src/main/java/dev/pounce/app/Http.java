package dev.pounce.app;

import java.io.IOException;

/** Applications for people who want a request and a response, not a protocol. */
public final class Http {

  private Http() {}

  /** An application that answers every HTTP request with what the handler returns. */
  public static Application app(Handler handler) {
    return (scope, receive, send) -> {
      switch (scope) {
        case HttpScope http -> handler.handle(new Request(http, receive)).sendTo(send);
        case WebSocketScope _ -> refuse(receive, send);
        case LifespanScope _ -> live(receive, send);
      }
    };
  }

  private static void refuse(Receive receive, Send send) throws IOException {
    receive.receive();
    send.send(new WebSocketClose(1000, ""));
  }

  private static void live(Receive receive, Send send) throws IOException {
    receive.receive();
    send.send(new LifespanStartupComplete());
    receive.receive();
    send.send(new LifespanShutdownComplete());
  }
}
