package dev.pounce.bench.load;

import java.io.IOException;
import java.util.List;

/** Compares servers on requests of HTTP/1.1. */
public final class SideBySide {
  private SideBySide() {}

  public static void main(String[] args) throws IOException {
    Shell.need("wrk", "wrk");
    Shell.need("h2load", "nghttp2-client");
    Comparison.main(
        "side-by-side",
        "pounce,netty,vertx,helidon,jetty,undertow,tomcat",
        "6",
        List.of(Http1Load.values()),
        args);
  }
}
