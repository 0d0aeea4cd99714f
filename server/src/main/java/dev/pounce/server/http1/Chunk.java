package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pounce.app.HttpResponseBody;
import dev.pounce.server.exchange.Decimal;
import java.io.IOException;

/** Writes pieces of a response as chunks (RFC 9112, section 7.1). */
final class Chunk {

  private static final int SIZE_LINE = 10;
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] LAST = "0\r\n\r\n".getBytes(US_ASCII);

  private Chunk() {}

  /** The octets of a chunk that stand before its data. */
  static int overhead(int length) {
    return Decimal.hexDigits(length) + CRLF.length;
  }

  /** Writes one chunk for the piece, and the last one behind it where no more follows. */
  static void write(Output output, HttpResponseBody piece) throws IOException {
    if (piece.length() > 0) {
      byte[] target = output.room(SIZE_LINE);
      int at = Decimal.putHex(piece.length(), target, output.length());
      target[at] = Octets.CR;
      target[at + 1] = Octets.LF;
      output.advance(at + 2);
      output.append(piece.body(), piece.offset(), piece.length());
      output.append(CRLF, 0, CRLF.length);
    }
    if (!piece.moreBody()) {
      output.append(LAST, 0, LAST.length);
    }
  }
}
