package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request over a raw socket, with as little as possible between the question and the answer.
 */
final class Probe {
  private static final int PATIENCE_MILLIS = (int) Duration.ofSeconds(10).toMillis();

  private static final Pattern SIZED =
      Pattern.compile("(?is)^HTTP/1.*?\\r\\ncontent-length: *(?<length>\\d+).*?\\r\\n\\r\\n");

  private Probe() {}

  /** A port of the loopback address that nobody listens on now. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The whole answer, head and body, as text. Fails while nobody listens. */
  static String get(int port, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request(path, "close").getBytes(ISO_8859_1));
      return answer(socket.getInputStream());
    }
  }

  /** Reads up to the end of the body that Content-Length tells; not every server closes then. */
  private static String answer(InputStream in) throws IOException {
    var answer = new StringBuilder();
    byte[] piece = new byte[8 * 1024];
    while (!isWhole(answer)) {
      int count = in.read(piece);
      if (count < 0) {
        break;
      }
      answer.append(new String(piece, 0, count, ISO_8859_1));
    }
    return answer.toString();
  }

  private static boolean isWhole(CharSequence answer) {
    Matcher matcher = SIZED.matcher(answer);
    return matcher.find()
        && answer.length() >= matcher.end() + Integer.parseInt(matcher.group("length"));
  }

  static String request(String path, String connection) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: %s\r\n\r\n"
        .formatted(path, connection);
  }

  /** Whether this is the answer that every contender must give. */
  static boolean isPlaintext(String answer) {
    return isPlaintext("HTTP/1.1", answer);
  }

  static boolean isPlaintext(String version, String answer) {
    return answer.startsWith(version + " 200 ")
        && answer.toLowerCase(Locale.ROOT).contains("\r\ncontent-type: text/plain")
        && answer.endsWith("\r\n\r\nHello, World!");
  }
}
