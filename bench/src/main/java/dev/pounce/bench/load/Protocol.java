package dev.pounce.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** What a server speaks, and a question that shows whether it does. */
enum Protocol {
  HTTP1,
  /** HTTP/2 in clear, with prior knowledge. */
  H2C,
  /** HTTP/2 inside TLS, agreed on by ALPN. */
  H2,
  /** In clear, opened over HTTP/1.1. */
  WEBSOCKET;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String url(int port) {
    return (this == H2 ? "https" : "http") + "://127.0.0.1:" + port + "/plaintext";
  }

  /** Fails while nobody listens; from then on it returns an answer, right or wrong. */
  String ask(int port) throws IOException {
    return switch (this) {
      case HTTP1 -> Probe.get(port, "/plaintext");
      case H2C -> curl("--http2-prior-knowledge", port);
      case H2 -> curl("--http2", port);
      case WEBSOCKET -> EchoClient.ask(port);
    };
  }

  private String curl(String version, int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    try {
      return Shell.read("curl", "-sSik", "--max-time", "10", version, url(port));
    } catch (IOException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  boolean isAnswer(String answer) {
    return switch (this) {
      case HTTP1 -> Probe.isPlaintext(answer);
      case H2C, H2 -> Probe.isPlaintext("HTTP/2", answer);
      case WEBSOCKET -> answer.endsWith(EchoClient.TEXT);
    };
  }
}
