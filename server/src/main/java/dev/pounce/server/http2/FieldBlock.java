package dev.pounce.server.http2;

import dev.pounce.app.Headers;
import dev.pounce.observe.RequestId;
import dev.pounce.server.exchange.Decimal;
import dev.pounce.server.exchange.Reserved;
import dev.pounce.server.http2.hpack.Encoder;

/**
 * Writes the fields of responses (RFC 9113, section 8.3.2). With the output's lock held: the blocks
 * leave in the order in which they are written.
 */
final class FieldBlock {

  private static final int CONTINUE = 100;

  private final Link link;
  private final Encoder encoder = new Encoder();
  private final byte[] scratch = new byte[RequestId.LONGEST];

  FieldBlock(Link link) {
    this.link = link;
  }

  /** The size of the encoder's table has changed. */
  void tableLimit(long octets) {
    encoder.tableLimit(octets);
  }

  /** Room that is enough for these fields. */
  static int size(Headers headers) {
    int size = 0;
    for (int i = 0; i < headers.size(); i++) {
      size += headers.name(i).length() + headers.value(i).length() + Encoder.OVERHEAD;
    }
    return size;
  }

  /**
   * Writes a response's block, and returns the position behind it.
   *
   * @param length the body's length, or -1 to give none
   */
  int response(int status, Headers headers, RequestId id, long length, byte[] target, int from) {
    int at = encoder.status(status, target, encoder.begin(target, from));
    if (!headers.contains("date")) {
      at = encoder.field("date", link.date(), target, at);
    }
    String server = link.server();
    if (!server.isEmpty() && !headers.contains("server")) {
      at = encoder.field("server", server, target, at);
    }
    at = own("x-request-id", id.write(scratch, 0), target, at);
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!Reserved.contains(name)) {
        at = encoder.field(name, headers.value(i), target, at);
      }
    }
    return length < 0 ? at : own("content-length", Decimal.put(length, scratch, 0), target, at);
  }

  /** A field whose value is in the scratch. */
  private int own(String name, int length, byte[] target, int at) {
    int value = encoder.open(name, length, target, at);
    System.arraycopy(scratch, 0, target, value, length);
    return value + length;
  }

  /** Writes a 100, and returns the position behind it. */
  int proceed(byte[] target, int from) {
    return encoder.status(CONTINUE, target, encoder.begin(target, from));
  }
}
