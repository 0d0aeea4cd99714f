package dev.pounce.bench.load;

import java.io.IOException;
import java.util.List;

/** Compares servers on requests of HTTP/2. */
public final class Http2 {
  private Http2() {}

  public static void main(String[] args) throws IOException {
    Shell.need("h2load", "nghttp2-client");
    Shell.need("curl", "curl");
    Shell.need("openssl", "openssl");
    // A codec of HTTP/2 is much to compile, and the server's core is the JIT's as well.
    String warmup = "20";
    Comparison.main(
        "http2",
        "pounce,netty,vertx,helidon,jetty,undertow",
        warmup,
        List.of(Http2Load.values()),
        args);
  }
}
