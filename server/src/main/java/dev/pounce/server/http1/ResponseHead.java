package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.Decimal;
import dev.pounce.server.exchange.Reserved;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes response heads (RFC 9112, sections 2 and 4) from prepared octets.
 *
 * <p>{@code Date}, {@code Server} and the name of {@code X-Request-ID} stand next to each other in
 * one prepared piece that is made anew each second, by whoever calls {@link #tick}; writers only
 * read it. Shared by all connections.
 */
public final class ResponseHead {

  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = bytes("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  private static final byte[] UPGRADE_REQUIRED =
      bytes("Connection: close, Upgrade\r\nUpgrade: websocket\r\n");
  private static final int FIXED_SIZE = 512;

  private final String server;
  private volatile Prelude prelude;

  /** What frames a response's body and says what becomes of the connection. */
  enum Persistence {
    /** HTTP/1.1's default: nothing is said. */
    DEFAULT,
    /** For an HTTP/1.0 client that asked for it. */
    KEEP_ALIVE,
    /** This response is the last. */
    CLOSE,
    /** What follows is a WebSocket. */
    UPGRADE,
    /** This response is the last, and the client may try again with the right WebSocket. */
    UPGRADE_REQUIRED
  }

  /**
   * The pieces for one second.
   *
   * @param time the value of Date
   * @param both date, server and the name of the ID's field
   * @param date date alone
   * @param server server alone
   */
  private record Prelude(
      long second, String time, byte[] both, byte[] date, byte[] server, byte[] id) {}

  /**
   * Heads with this {@code Server} field.
   *
   * @param server the field's value; empty for no field
   */
  public ResponseHead(String server) {
    this.server = server;
    prelude = prelude(Instant.now().getEpochSecond());
  }

  /** Looks at the clock. Called at least ten times a second, by one thread. */
  public void tick() {
    long second = Instant.now().getEpochSecond();
    if (second != prelude.second()) {
      prelude = prelude(second);
    }
  }

  private Prelude prelude(long second) {
    String time = IMF_FIXDATE.format(Instant.ofEpochSecond(second));
    String date = "Date: " + time + "\r\n";
    String name = server.isEmpty() ? "" : "Server: " + server + "\r\n";
    String id = "X-Request-ID: ";
    return new Prelude(second, time, bytes(date + name + id), bytes(date), bytes(name), bytes(id));
  }

  /** The value of {@code Date}. */
  String date() {
    return prelude.time();
  }

  /** The value of {@code Server}; empty for no field. */
  String server() {
    return server;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /**
   * Appends a head to what is going out.
   *
   * @param length the body's length, or -1 to give none
   */
  void write(
      Output output,
      int status,
      Headers headers,
      RequestId id,
      long length,
      boolean chunked,
      Persistence persistence)
      throws IOException {
    byte[] target = output.room(FIXED_SIZE + size(headers));
    int at = put(StatusLine.of(status), target, output.length());
    at = prelude(headers, id, target, at);
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!Reserved.contains(name)) {
        at = field(name, headers.value(i), target, at);
      }
    }
    if (chunked) {
      at = put(CHUNKED, target, at);
    } else if (length >= 0) {
      at = crlf(target, Decimal.put(length, target, put(CONTENT_LENGTH, target, at)));
    }
    at =
        switch (persistence) {
          case DEFAULT -> at;
          case KEEP_ALIVE -> put(KEEP_ALIVE, target, at);
          case CLOSE -> put(CLOSE, target, at);
          case UPGRADE -> put(UPGRADE, target, at);
          case UPGRADE_REQUIRED -> put(UPGRADE_REQUIRED, target, at);
        };
    output.advance(crlf(target, at));
  }

  private static int size(Headers headers) {
    int size = 0;
    for (int i = 0; i < headers.size(); i++) {
      size += headers.name(i).length() + headers.value(i).length() + 4;
    }
    return size;
  }

  private int prelude(Headers headers, RequestId id, byte[] target, int at) {
    Prelude now = prelude;
    boolean hasDate = headers.contains("date");
    boolean hasServer = headers.contains("server");
    if (!hasDate && !hasServer) {
      at = put(now.both(), target, at);
    } else {
      at = hasDate ? at : put(now.date(), target, at);
      at = hasServer ? at : put(now.server(), target, at);
      at = put(now.id(), target, at);
    }
    return crlf(target, id.write(target, at));
  }

  private static int put(byte[] octets, byte[] target, int at) {
    System.arraycopy(octets, 0, target, at, octets.length);
    return at + octets.length;
  }

  @SuppressWarnings("deprecation") // the one copy without an encoder; exact for Latin-1
  private static int field(String name, String value, byte[] target, int at) {
    name.getBytes(0, name.length(), target, at);
    at += name.length();
    target[at++] = ':';
    target[at++] = ' ';
    value.getBytes(0, value.length(), target, at);
    return crlf(target, at + value.length());
  }

  private static int crlf(byte[] target, int at) {
    target[at] = Octets.CR;
    target[at + 1] = Octets.LF;
    return at + 2;
  }
}
