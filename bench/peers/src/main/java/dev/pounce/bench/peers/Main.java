package dev.pounce.bench.peers;

import dev.pounce.bench.peers.Endpoint.Protocol;
import java.nio.file.Path;
import java.util.Locale;

/** Starts one server: {@code java ... dev.pounce.bench.peers.Main netty http1 8081}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      throw new IllegalArgumentException("usage: Main SERVER PROTOCOL PORT [KEYSTORE]");
    }
    var protocol = Protocol.valueOf(args[1].toUpperCase(Locale.ROOT));
    var keystore = Path.of(args.length > 3 ? args[3] : "no-keystore");
    var endpoint = new Endpoint(protocol, Integer.parseInt(args[2]), keystore);
    switch (args[0]) {
      case "netty" -> NettyPeer.serve(endpoint);
      case "vertx" -> VertxPeer.serve(endpoint);
      case "helidon" -> HelidonPeer.serve(endpoint);
      case "jetty" -> JettyPeer.serve(endpoint);
      case "undertow" -> UndertowPeer.serve(endpoint);
      case "tomcat" -> TomcatPeer.serve(endpoint);
      default ->
          throw new IllegalArgumentException(
              args[0] + " (expected: netty, vertx, helidon, jetty, undertow or tomcat)");
    }
  }

  /** For a server that does not take part in a comparison. */
  static IllegalArgumentException absent(String server, Endpoint endpoint) {
    return new IllegalArgumentException(server + " is not measured on " + endpoint.protocol());
  }
}
