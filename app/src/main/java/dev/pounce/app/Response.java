package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A response: status, header fields and a body that is either there or written while it is sent.
 * Immutable; {@link #status} and {@link #header} give a changed copy.
 */
public final class Response {

  private static final int STREAM_PIECE = 16 * 1024;
  private static final Headers TEXT = Headers.of("content-type", "text/plain; charset=utf-8");
  private static final Headers HTML = Headers.of("content-type", "text/html; charset=utf-8");
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final Headers EVENTS =
      Headers.of("content-type", "text/event-stream", "cache-control", "no-cache");

  private final int status;
  private final Headers headers;
  private final Body body;

  private Response(int status, Headers headers, Body body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** What follows the head: all the bytes at once, or a function that writes them. */
  private sealed interface Body {
    record Whole(byte[] bytes) implements Body {}

    record Read(InputStream in) implements Body {}

    record Written(BodyWriter writer) implements Body {}
  }

  /** Writes a body of unknown length while it is sent. */
  @FunctionalInterface
  public interface BodyWriter {

    /**
     * Writes the body. Called on the connection's thread; each write goes to the client and waits
     * if the client is slow. The stream need not be flushed or closed.
     *
     * @throws Exception anything: the response is cut, so that the client sees that it is not whole
     */
    void write(OutputStream out) throws Exception;
  }

  /** Writes server-sent events for as long as it likes. */
  @FunctionalInterface
  public interface EventWriter {

    /**
     * Sends events. Called on the connection's thread; returning ends the response.
     *
     * @throws Exception anything; {@link DisconnectedException} from a send when the client has
     *     left
     */
    void write(Events events) throws Exception;
  }

  /** Plain text in UTF-8. */
  public static Response text(String text) {
    return new Response(200, TEXT, new Body.Whole(text.getBytes(UTF_8)));
  }

  /** An HTML page in UTF-8. */
  public static Response html(String page) {
    return new Response(200, HTML, new Body.Whole(page.getBytes(UTF_8)));
  }

  /** A JSON document that is already in text form. */
  public static Response json(String document) {
    return json(document.getBytes(UTF_8));
  }

  /** A JSON document that is already in UTF-8. */
  public static Response json(byte[] document) {
    return new Response(200, JSON, new Body.Whole(document));
  }

  /** Bytes of any type. The array must not be changed until the response is sent. */
  public static Response bytes(String contentType, byte[] body) {
    return new Response(200, Headers.of("content-type", contentType), new Body.Whole(body));
  }

  /** No body: a status alone, such as 204 or 404. */
  public static Response empty(int status) {
    return new Response(checked(status), Headers.none(), new Body.Whole(new byte[0]));
  }

  /** A body that is read from a stream while it is sent; the stream is closed at the end. */
  public static Response stream(String contentType, InputStream in) {
    return new Response(200, Headers.of("content-type", contentType), new Body.Read(in));
  }

  /** A body that is written while it is sent. */
  public static Response stream(String contentType, BodyWriter writer) {
    return new Response(200, Headers.of("content-type", contentType), new Body.Written(writer));
  }

  /** Server-sent events, as the HTML standard's section 9.2 has them. */
  public static Response events(EventWriter writer) {
    return new Response(200, EVENTS, new Body.Written(out -> writer.write(new Events(out))));
  }

  /**
   * The same response with another status.
   *
   * @throws IllegalArgumentException if it is not 200 to 599
   */
  public Response status(int status) {
    return new Response(checked(status), headers, body);
  }

  /**
   * The same response with one more header field.
   *
   * @throws IllegalArgumentException as {@link Headers#of}
   */
  public Response header(String name, String value) {
    return new Response(status, headers.with(name, value), body);
  }

  /** The status. */
  public int status() {
    return status;
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  private static int checked(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
    }
    return status;
  }

  void sendTo(Send send) throws Exception {
    switch (body) {
      case Body.Whole(byte[] bytes) -> {
        send.send(new HttpResponseStart(status, headers));
        send.send(HttpResponseBody.last(bytes));
      }
      case Body.Read(InputStream source) -> {
        try (InputStream in = source) {
          write(send, out -> copy(in, out));
        }
      }
      case Body.Written(BodyWriter writer) -> write(send, writer);
    }
  }

  private void write(Send send, BodyWriter writer) throws Exception {
    send.send(new HttpResponseStart(status, headers));
    writer.write(new BodyStream(send));
    send.send(HttpResponseBody.end());
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] piece = new byte[STREAM_PIECE];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      out.write(piece, 0, count);
    }
  }

  /** Each write is a message. */
  private static final class BodyStream extends OutputStream {

    private final Send send;

    BodyStream(Send send) {
      this.send = send;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      send.send(new HttpResponseBody(bytes, offset, length, true));
    }
  }
}
