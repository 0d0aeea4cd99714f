package dev.pounce.bench.peers;

/** Starts one server: {@code java ... dev.pounce.bench.peers.Main netty 8081}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: Main SERVER PORT");
    }
    int port = Integer.parseInt(args[1]);
    switch (args[0]) {
      case "netty" -> NettyPeer.serve(port);
      case "vertx" -> VertxPeer.serve(port);
      case "helidon" -> HelidonPeer.serve(port);
      case "jetty" -> JettyPeer.serve(port);
      case "undertow" -> UndertowPeer.serve(port);
      case "tomcat" -> TomcatPeer.serve(port);
      default ->
          throw new IllegalArgumentException(
              args[0] + " (expected: netty, vertx, helidon, jetty, undertow or tomcat)");
    }
  }
}
