package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.testkit.RawClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * What a client sees of its connection: whole responses, and the octets of bodies, whole or not.
 */
final class Wire {

  private final InputStream in;
  private int responses;
  private long bytes;

  Wire(RawClient client) throws IOException {
    in = new BufferedInputStream(client.socket().getInputStream());
  }

  /** How many responses have come whole. */
  int responses() {
    return responses;
  }

  /** How many octets of bodies have come. */
  long bytes() {
    return bytes;
  }

  /** Reads responses until the connection ends, however it does, or until it is enough. */
  void readUntil(BooleanSupplier enough) {
    try {
      while (!enough.getAsBoolean() && readResponse(enough)) {
        responses++;
      }
    } catch (IOException e) {
      // reset, or cut in the middle: what has come until then counts
    }
  }

  private boolean readResponse(BooleanSupplier enough) throws IOException {
    String line = readLine();
    long length = 0;
    boolean chunked = false;
    while (!line.isEmpty()) {
      String field = line.toLowerCase(Locale.ROOT);
      if (field.startsWith("content-length:")) {
        length = Long.parseLong(field.substring(15).strip());
      }
      chunked |= field.startsWith("transfer-encoding:");
      line = readLine();
    }
    if (!chunked) {
      return readBody(length, enough);
    }
    while (true) {
      long size = Long.parseLong(readLine(), 16);
      if (!readBody(size, enough)) {
        return false;
      }
      readLine();
      if (size == 0) {
        return true;
      }
    }
  }

  private boolean readBody(long length, BooleanSupplier enough) throws IOException {
    byte[] piece = new byte[1024];
    for (long left = length; left > 0; ) {
      int count = in.read(piece, 0, (int) Math.min(left, piece.length));
      if (count < 0 || enough.getAsBoolean()) {
        return false;
      }
      bytes += count;
      left -= count;
    }
    return true;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the end");
      }
      line.append((char) octet);
    }
    return new String(line.toString().getBytes(ISO_8859_1), ISO_8859_1).strip();
  }
}
