package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Random;

/**
 * Requests to begin with, and ways to spoil them. The same random numbers make the same octets.
 *
 * <p>Texts are octets, one a character.
 */
final class Corpus {

  private static final List<String> REQUESTS =
      List.of(
          "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET /a/b%20c?d=e&f HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\n\r\n",
          "HEAD /head HTTP/1.1\r\nHost: h\r\nUser-Agent: fuzz\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET http://a.example/b?c HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "GET /close HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
          "GET /ids HTTP/1.1\r\nHost: h\r\nX-Request-ID: abc\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n\r\n",
          "POST /fixed HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
          "POST /zero HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
          "PUT /long HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n"
              + "0123456789".repeat(200),
          "POST /1.0 HTTP/1.0\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc",
          "POST /chunked HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "POST /many HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "1\r\na\r\n2;x=y\r\nbc\r\n00a\r\n0123456789\r\n0;z\r\nTrailer: t\r\nX: y\r\n\r\n",
          "POST /expect HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
          "POST /hidden HTTP/1.1\r\nHost: h\r\nContent-Length: 34\r\n\r\n"
              + "GET /inside HTTP/1.1\r\nHost: h\r\n\r\n.",
          "\r\nGET /after-empty-line HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET /fields HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(60) + "\r\n",
          "GET /large HTTP/1.1\r\nHost: h\r\nCookie: " + "c".repeat(3_000) + "\r\n\r\n",
          "GET /" + "p".repeat(2_000) + " HTTP/1.1\r\nHost: [::1]:80\r\nX:\r\nY:\t z \t\r\n\r\n");

  private static final List<String> WORDS =
      List.of(
          "\r",
          "\n",
          "\r\n",
          "\r\n\r\n",
          "\0",
          " ",
          "\t",
          ":",
          ";",
          ",",
          "%",
          "\u00ff",
          "\u0080",
          "\u000b",
          "/",
          "?",
          "#",
          "*",
          "\"",
          "0",
          "-1",
          "+5",
          "0x5",
          "5",
          "ffffffff",
          "7fffffffffffffff",
          "99999999999",
          "Host: i\r\n",
          "Content-Length: 5\r\n",
          "Content-Length: 0\r\n",
          "Content-Length: 100000\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip\r\n",
          "Transfer-Encoding : chunked\r\n",
          "Connection: close\r\n",
          "Connection: keep-alive\r\n",
          "Expect: 100-continue\r\n",
          " folded\r\n",
          "0\r\n\r\n",
          "5\r\nhello\r\n",
          "GET / HTTP/1.1\r\n",
          "HTTP/1.0",
          "HTTP/2.0",
          "PRI * HTTP/2.0\r\n\r\n");

  private final Random random;

  Corpus(Random random) {
    this.random = random;
  }

  /** A few requests in a row, some of them spoiled, perhaps with the end cut off. */
  byte[] next() {
    StringBuilder all = new StringBuilder();
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      StringBuilder request = new StringBuilder(pick(REQUESTS));
      for (int spoils = random.nextInt(4); spoils > 0; spoils--) {
        spoil(request);
      }
      all.append(request);
    }
    if (random.nextInt(5) == 0) {
      all.setLength(random.nextInt(all.length() + 1));
    }
    return all.toString().getBytes(ISO_8859_1);
  }

  private void spoil(StringBuilder text) {
    if (text.isEmpty()) {
      return;
    }
    int at = random.nextInt(text.length());
    int to = Math.min(text.length(), at + 1 + random.nextInt(1 << random.nextInt(8)));
    switch (random.nextInt(10)) {
      case 0 -> text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
      case 1 -> text.setCharAt(at, (char) random.nextInt(256));
      case 2, 3 -> text.insert(at, pick(WORDS));
      case 4 -> text.replace(at, to, pick(WORDS));
      case 5 -> text.delete(at, to);
      case 6 -> text.insert(at, text.substring(at, to).repeat(1 + random.nextInt(4)));
      case 7 -> insertLine(text, at);
      case 8 -> splice(text, at);
      default -> text.setCharAt(at, otherCase(text.charAt(at)));
    }
  }

  /** Where lines begin, a word does more harm. */
  private void insertLine(StringBuilder text, int at) {
    int line = text.indexOf("\r\n", at);
    text.insert(line < 0 ? at : line + 2, pick(WORDS).repeat(random.nextInt(8) == 0 ? 120 : 1));
  }

  private void splice(StringBuilder text, int at) {
    String other = pick(REQUESTS);
    text.setLength(at);
    text.append(other.substring(random.nextInt(other.length())));
  }

  private static char otherCase(char c) {
    return Character.isUpperCase(c) ? Character.toLowerCase(c) : (char) (c & 0xdf);
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
