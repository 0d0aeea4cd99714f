package dev.pounce.server;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Requests that are good, though few clients send them: a name, the octets, and what is seen. */
final class Unusual {

  /** What a head may measure. */
  static final int HEAD_LIMIT = 4_096;

  private Unusual() {}

  static Stream<Arguments> requests() {
    String host = "Host: h\r\n";
    return Stream.of(
        arguments(
            "empty lines before the request",
            "\r\n\r\nGET / HTTP/1.1\r\n" + host + "\r\n",
            "GET / 1.1 [host=h] "),
        arguments(
            "blanks around a value",
            "GET / HTTP/1.1\r\nHost: \t h\t \r\nX:\ty z\t\r\nZ:\r\n\r\n",
            "GET / 1.1 [host=h, x=y z, z=] "),
        arguments(
            "absolute form, whose authority replaces Host",
            "GET http://a:81/b?c HTTP/1.1\r\n" + host + "X: y\r\n\r\n",
            "GET /b ?c 1.1 [x=y, host=a:81] "),
        arguments(
            "absolute form without a path",
            "GET http://a HTTP/1.1\r\n" + host + "\r\n",
            "GET / 1.1 [host=a] "),
        arguments("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "OPTIONS * 1.1 [host=h] "),
        arguments(
            "HTTP/1.0 without Host",
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET / 1.0 [connection=keep-alive] "),
        arguments("HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", "GET / 1.1 [host=h] "),
        arguments("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1.1 [host=] "),
        arguments(
            "IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / 1.1 [host=[::1]:80] "),
        arguments(
            "Latin-1 in a value",
            "GET / HTTP/1.1\r\n" + host + "X: caf\u00e9 \u00ff\r\n\r\n",
            "GET / 1.1 [host=h, x=caf\u00e9 \u00ff] "),
        arguments(
            "a field twice",
            "GET / HTTP/1.1\r\n" + host + "X: 1\r\nx: 2\r\n\r\n",
            "GET / 1.1 [host=h, x=1, x=2] "),
        arguments(
            "a method of one's own",
            "x-Y_z!9 / HTTP/1.1\r\n" + host + "\r\n",
            "x-Y_z!9 / 1.1 [host=h] "),
        arguments(
            "percent-encoding",
            "GET /a%20b%2Fc?d=%zz HTTP/1.1\r\n" + host + "\r\n",
            "GET /a b/c ?d=%zz 1.1 [host=h] "),
        arguments(
            "Content-Length",
            "POST / HTTP/1.1\r\n" + host + "Content-Length: 005\r\n\r\nhello",
            "POST / 1.1 [host=h, content-length=005] hello"),
        arguments(
            "Content-Length for GET",
            "GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello",
            "GET / 1.1 [host=h, content-length=5] hello"),
        arguments(
            "chunked in another case, between blanks",
            "POST / HTTP/1.1\r\n"
                + host
                + "transfer-encoding:\tChUnKeD \r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "POST / 1.1 [host=h, transfer-encoding=ChUnKeD] hello"),
        arguments(
            "chunk extensions",
            "POST / HTTP/1.1\r\n"
                + host
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "00005;a=b;c=\"d;e\"\r\nhello\r\n1 ; f\r\n!\r\n000;g\r\n\r\n",
            "POST / 1.1 [host=h, transfer-encoding=chunked] hello!"),
        arguments(
            "trailers, which are ignored",
            "POST / HTTP/1.1\r\n"
                + host
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n0\r\nX: y\r\nContent-Length: 50\r\nHost: evil\r\n\r\n",
            "POST / 1.1 [host=h, transfer-encoding=chunked] hello"),
        arguments(
            "many small fields",
            "GET / HTTP/1.1\r\n" + host + "A:\r\n".repeat(99) + "\r\n",
            "GET / 1.1 [host=h" + ", a=".repeat(99) + "] "),
        arguments(
            "a head as large as it may be",
            large(HEAD_LIMIT),
            "GET / 1.1 [host=h, x=" + "v".repeat(HEAD_LIMIT - large(0).length()) + "] "));
  }

  /** A head of so many octets, or the smallest one. */
  private static String large(int length) {
    String start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    return start + "v".repeat(Math.max(0, length - start.length() - 4)) + "\r\n\r\n";
  }
}
