package dev.pounce.server;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Requests that are refused: a name, the status, and the octets, one a character. */
final class Malformed {

  private Malformed() {}

  static Stream<Arguments> requests() {
    Map<String, Object[]> table = new TreeMap<>();
    Table bad = (name, status, request) -> table.put(name, new Object[] {status, request});

    lengths(bad);
    codings(bad);
    chunks(bad);
    fields(bad);
    hosts(bad);
    requestLines(bad);
    return table.entrySet().stream()
        .map(row -> arguments(row.getKey(), row.getValue()[0], row.getValue()[1]));
  }

  private interface Table {
    void add(String name, int status, String request);
  }

  private static void lengths(Table bad) {
    bad.add("Content-Length: conflicting", 400, post("Content-Length: 5\r\nContent-Length: 6"));
    bad.add("Content-Length: repeated", 400, post("Content-Length: 5\r\nContent-Length: 5"));
    bad.add("Content-Length: zero first", 400, post("Content-Length: 0\r\nContent-Length: 5"));
    bad.add("Content-Length: negative", 400, post("Content-Length: -5"));
    bad.add("Content-Length: signed", 400, post("Content-Length: +5"));
    bad.add("Content-Length: hex", 400, post("Content-Length: 0x5"));
    bad.add("Content-Length: hex digit", 400, post("Content-Length: a"));
    bad.add("Content-Length: fraction", 400, post("Content-Length: 5.0"));
    bad.add("Content-Length: empty", 400, post("Content-Length:"));
    bad.add("Content-Length: blank", 400, post("Content-Length: \t "));
    bad.add("Content-Length: list", 400, post("Content-Length: 5, 5"));
    bad.add("Content-Length: list without blank", 400, post("Content-Length: 5,5"));
    bad.add("Content-Length: two numbers", 400, post("Content-Length: 5 5"));
    bad.add("Content-Length: quoted", 400, post("Content-Length: \"5\""));
    bad.add("Content-Length: huge", 413, post("Content-Length: 999999999999"));
    bad.add("Content-Length: beyond 64 bits", 413, post("Content-Length: 18446744073709551621"));
    bad.add("Content-Length: vertical tab", 400, post("Content-Length: \u000b5"));
    bad.add("Content-Length: no-break space", 400, post("Content-Length: \u00a05"));
    bad.add(
        "Content-Length: in HTTP/1.0, twice", 400, old("Content-Length: 5\r\nContent-Length: 5"));
  }

  private static void codings(Table bad) {
    String chunked = "Transfer-Encoding: chunked";
    bad.add("TE: with Content-Length", 400, post(chunked + "\r\nContent-Length: 5"));
    bad.add("TE: after Content-Length", 400, post("Content-Length: 5\r\n" + chunked));
    bad.add("TE: with Content-Length: 0", 400, post("Content-Length: 0\r\n" + chunked));
    bad.add("TE: gzip", 400, post("Transfer-Encoding: gzip"));
    bad.add("TE: identity", 400, post("Transfer-Encoding: identity"));
    bad.add("TE: chunked, gzip", 400, post("Transfer-Encoding: chunked, gzip"));
    bad.add("TE: chunked, identity", 400, post("Transfer-Encoding: chunked, identity"));
    bad.add("TE: gzip, chunked", 501, post("Transfer-Encoding: gzip, chunked"));
    bad.add("TE: chunked, chunked", 501, post("Transfer-Encoding: chunked, chunked"));
    bad.add("TE: repeated", 400, post(chunked + "\r\n" + chunked));
    bad.add("TE: repeated, other first", 400, post("Transfer-Encoding: gzip\r\n" + chunked));
    bad.add("TE: repeated, other last", 400, post(chunked + "\r\nTransfer-Encoding: gzip"));
    bad.add("TE: in HTTP/1.0", 400, old(chunked));
    bad.add("TE: in HTTP/1.0 with Content-Length", 400, old(chunked + "\r\nContent-Length: 5"));
    bad.add("TE: empty", 400, post("Transfer-Encoding:"));
    bad.add("TE: xchunked", 400, post("Transfer-Encoding: xchunked"));
    bad.add("TE: chunkedx", 400, post("Transfer-Encoding: chunkedx"));
    bad.add("TE: quoted", 400, post("Transfer-Encoding: \"chunked\""));
    bad.add("TE: single-quoted", 400, post("Transfer-Encoding: 'chunked'"));
    bad.add("TE: trailing comma", 400, post("Transfer-Encoding: chunked,"));
    bad.add("TE: parameter", 400, post("Transfer-Encoding: chunked;q=1"));
    bad.add("TE: tab inside", 400, post("Transfer-Encoding: chun\tked"));
    bad.add("TE: vertical tab", 400, post("Transfer-Encoding: \u000bchunked"));
    bad.add("TE: vertical tab behind", 400, post("Transfer-Encoding: chunked\u000b"));
    bad.add("TE: form feed", 400, post("Transfer-Encoding: \fchunked"));
    bad.add("TE: NUL", 400, post("Transfer-Encoding: chunked\0"));
    bad.add("TE: no-break space", 400, post("Transfer-Encoding: \u00a0chunked"));
    bad.add("TE: folded", 400, post("Transfer-Encoding:\r\n chunked"));
    bad.add("TE: space before the colon", 400, post("Transfer-Encoding : chunked"));
    bad.add("TE: tab before the colon", 400, post("Transfer-Encoding\t: chunked"));
    bad.add("TE: vertical tab in the name", 400, post("Transfer\u000bEncoding: chunked"));
    bad.add("TE: space before the name", 400, post(" " + chunked));
    bad.add("TE: bare CR before it", 400, post("X: y\r" + chunked));
    bad.add("TE: bare LF before it", 400, post("X: y\n" + chunked));
  }

  private static void chunks(Table bad) {
    bad.add("chunk: hex prefix", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: plus", 400, chunked("+5\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: minus", 400, chunked("-5\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: space before", 400, chunked(" 5\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: space behind", 400, chunked("5 \r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: no size", 400, chunked("\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: extension alone", 400, chunked(";a\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: no digit", 400, chunked("xyz\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: comma", 400, chunked("5,a\r\nhello\r\n0\r\n\r\n"));
    bad.add(
        "chunk: control character in the extension",
        400,
        chunked("5;\u0001\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: NUL in the extension", 400, chunked("5;a\0\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: bare CR in the extension", 400, chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: bare LF in the extension", 400, chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: extension too long", 400, chunked("5;" + "e".repeat(5_000) + "\r\nhello\r\n"));
    bad.add("chunk: huge", 413, chunked("fffffffff\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: 64 bits", 400, chunked("ffffffffffffffff\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: beyond 64 bits", 400, chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: no line end after the data", 400, chunked("5\r\nhello0\r\n\r\n"));
    bad.add("chunk: data longer than its size", 400, chunked("4\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: data shorter than its size", 400, chunked("6\r\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: bare LF after the size", 400, chunked("5\nhello\r\n0\r\n\r\n"));
    bad.add("chunk: bare CR after the size", 400, chunked("5\rhello\r\n0\r\n\r\n"));
    bad.add("chunk: bare LF after the data", 400, chunked("5\r\nhello\n0\r\n\r\n"));
    bad.add("chunk: bare LF after the last", 400, chunked("0\n\n"));
    bad.add("chunk: bare LF at the end", 400, chunked("0\r\n\n"));
    bad.add("trailer: without a colon", 400, chunked("0\r\nA\r\n\r\n"));
    bad.add("trailer: space before the colon", 400, chunked("0\r\nA : b\r\n\r\n"));
    bad.add("trailer: folded", 400, chunked("0\r\nA: b\r\n c\r\n\r\n"));
    bad.add("trailer: NUL", 400, chunked("0\r\nA: \0\r\n\r\n"));
    bad.add("trailer: bare LF", 400, chunked("0\r\nA: b\n\r\n"));
    bad.add("trailer: bare CR", 400, chunked("0\r\nA: b\rC: d\r\n\r\n"));
  }

  private static void fields(Table bad) {
    bad.add("field: space before the colon", 400, get("X : y"));
    bad.add("field: tab before the colon", 400, get("X\t: y"));
    bad.add("field: folded with a space", 400, get("X: y\r\n z"));
    bad.add("field: folded with a tab", 400, get("X: y\r\n\tz"));
    bad.add("field: folded with nothing", 400, get("X: y\r\n "));
    bad.add("field: folded before the first", 400, "GET / HTTP/1.1\r\n X: y\r\nHost: h\r\n\r\n");
    bad.add("field: empty name", 400, get(": y"));
    bad.add("field: no colon", 400, get("X"));
    bad.add("field: no colon, with a space", 400, get("X y"));
    bad.add("field: parenthesis in the name", 400, get("X(y): z"));
    bad.add("field: slash in the name", 400, get("X/y: z"));
    bad.add("field: quote in the name", 400, get("\"X\": z"));
    bad.add("field: space in the name", 400, get("X y: z"));
    bad.add("field: Latin-1 in the name", 400, get("X\u00e9: z"));
    bad.add("field: NUL in the name", 400, get("X\0: z"));
    bad.add("field: NUL in the value", 400, get("X: a\0b"));
    bad.add("field: escape in the value", 400, get("X: a\u001bb"));
    bad.add("field: bell in the value", 400, get("X: \u0007"));
    bad.add("field: delete in the value", 400, get("X: a\u007fb"));
    bad.add("field: bare CR in the value", 400, get("X: a\rb"));
    bad.add("field: bare CR at the end", 400, get("X: a\r"));
    bad.add("field: bare LF in the value", 400, get("X: a\nb"));
    bad.add("field: bare LF for the empty line", 400, "GET / HTTP/1.1\r\nHost: h\r\n\n");
    bad.add("field: bare LFs everywhere", 400, "GET / HTTP/1.1\nHost: h\n\n");
    bad.add("field: Expect of something else", 417, post("Content-Length: 5\r\nExpect: x"));
    bad.add("field: too many", 431, get("X: y\r\n".repeat(200) + "X: y"));
  }

  private static void hosts(Table bad) {
    bad.add("Host: missing", 400, "GET / HTTP/1.1\r\n\r\n");
    bad.add("Host: missing with other fields", 400, "GET / HTTP/1.1\r\nX: y\r\n\r\n");
    bad.add("Host: missing with an absolute target", 400, "GET http://h/ HTTP/1.1\r\n\r\n");
    bad.add("Host: double", 400, get("Host: h"));
    bad.add("Host: two that differ", 400, get("hOST: i"));
    bad.add("Host: double in HTTP/1.0", 400, old("Host: h"));
    for (String host :
        List.of(
            "a b",
            "a,b",
            "a, b",
            "u@a",
            "a/b",
            "/a",
            "a?b",
            "a#b",
            "a:b",
            "a:-1",
            "a:80:80",
            "a:999999",
            "[::1",
            "::1",
            "\u00e9",
            "<a>",
            "a\tb",
            "http://a")) {
      bad.add("Host: " + host, 400, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
  }

  private static void requestLines(Table bad) {
    bad.add("line: HTTP/0.9", 400, "GET /\r\n");
    bad.add("line: HTTP/0.9 with a version", 505, line("GET / HTTP/0.9"));
    bad.add("line: HTTP/2.0", 505, line("GET / HTTP/2.0"));
    bad.add("line: HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    bad.add("line: HTTP/2", 400, line("GET / HTTP/2"));
    bad.add("line: HTTP/3.0", 505, line("GET / HTTP/3.0"));
    bad.add("line: HTTP/1.1x", 400, line("GET / HTTP/1.1x"));
    bad.add("line: HTTP/1.10", 400, line("GET / HTTP/1.10"));
    bad.add("line: HTTP/01.1", 400, line("GET / HTTP/01.1"));
    bad.add("line: HTTP/1", 400, line("GET / HTTP/1"));
    bad.add("line: HTTP/1.", 400, line("GET / HTTP/1."));
    bad.add("line: http/1.1", 400, line("GET / http/1.1"));
    bad.add("line: HTTP /1.1", 400, line("GET / HTTP /1.1"));
    bad.add("line: HTTPS/1.1", 400, line("GET / HTTPS/1.1"));
    bad.add("line: no version", 400, line("GET / "));
    bad.add("line: more behind the version", 400, line("GET / HTTP/1.1 HTTP/1.1"));
    bad.add("line: space behind the version", 400, line("GET / HTTP/1.1 "));
    bad.add("line: space before", 400, line(" GET / HTTP/1.1"));
    bad.add("line: tab before", 400, line("\tGET / HTTP/1.1"));
    bad.add("line: two spaces before the target", 400, line("GET  / HTTP/1.1"));
    bad.add("line: two spaces before the version", 400, line("GET /  HTTP/1.1"));
    bad.add("line: tabs between", 400, line("GET\t/\tHTTP/1.1"));
    bad.add("line: no target", 400, line("GET HTTP/1.1"));
    bad.add("line: space in the target", 400, line("GET /a b HTTP/1.1"));
    bad.add("line: target without a slash", 400, line("GET a HTTP/1.1"));
    bad.add("line: target of a query", 400, line("GET ?a HTTP/1.1"));
    bad.add("line: asterisk for GET", 400, line("GET * HTTP/1.1"));
    bad.add("line: fragment", 400, line("GET /a#b HTTP/1.1"));
    bad.add("line: UTF-8 in the target", 400, line("GET /\u00c3\u00a9 HTTP/1.1"));
    bad.add("line: Latin-1 in the query", 400, line("GET /?\u00e9 HTTP/1.1"));
    bad.add("line: control character in the target", 400, line("GET /\u0001 HTTP/1.1"));
    bad.add("line: NUL in the target", 400, line("GET /\0 HTTP/1.1"));
    bad.add("line: percent alone", 400, line("GET /% HTTP/1.1"));
    bad.add("line: percent and one digit", 400, line("GET /%4 HTTP/1.1"));
    bad.add("line: percent and no digits", 400, line("GET /%zz HTTP/1.1"));
    bad.add("line: other scheme", 400, line("GET ftp://a/ HTTP/1.1"));
    bad.add("line: absolute without an authority", 400, line("GET http:///a HTTP/1.1"));
    bad.add("line: absolute with a user", 400, line("GET http://u:p@a/ HTTP/1.1"));
    bad.add("line: absolute with a bad port", 400, line("GET http://a:b/ HTTP/1.1"));
    bad.add("line: authority form", 400, line("GET a:80 HTTP/1.1"));
    bad.add("line: CONNECT", 501, line("CONNECT a:80 HTTP/1.1"));
    bad.add("line: at sign in the method", 400, line("G@T / HTTP/1.1"));
    bad.add("line: colon in the method", 400, line("GET: / HTTP/1.1"));
    bad.add("line: Latin-1 in the method", 400, line("G\u00c9T / HTTP/1.1"));
    bad.add("line: NUL in the method", 400, line("G\0T / HTTP/1.1"));
    bad.add("line: no method", 400, line("/ HTTP/1.1"));
    bad.add("line: bare LF before", 400, "\n" + line("GET / HTTP/1.1"));
    bad.add("line: bare CR before", 400, "\r" + line("GET / HTTP/1.1"));
    bad.add("line: bare LF at its end", 400, "GET / HTTP/1.1\nHost: h\r\n\r\n");
    bad.add("line: bare CR at its end", 400, "GET / HTTP/1.1\rHost: h\r\n\r\n");
    bad.add("line: TLS", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");
    bad.add("line: garbage", 400, "\u00ff\u00fe\u0000\u0001");
    bad.add("line: a body's rest", 400, "hello\r\n0\r\n\r\n");
    bad.add("line: NUL before", 400, "\0" + line("GET / HTTP/1.1"));
  }

  private static String line(String requestLine) {
    return requestLine + "\r\nHost: h\r\n\r\n";
  }

  private static String get(String fields) {
    return "GET /bad HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n";
  }

  private static String post(String fields) {
    return "POST /bad HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  }

  private static String old(String fields) {
    return "POST /bad HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n"
        + fields
        + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  }

  private static String chunked(String body) {
    return "POST /bad HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
  }
}
