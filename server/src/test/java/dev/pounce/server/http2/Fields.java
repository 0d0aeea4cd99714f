package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** A request's header block, put together by hand: literals, and what stands in the table. */
final class Fields {

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  /** Those of a request, and then names and values. */
  static Fields of(String method, String path, String... more) {
    return new Fields()
        .with(":method", method)
        .with(":scheme", "http")
        .with(":path", path)
        .with(":authority", "localhost")
        .all(more);
  }

  /** These alone: names and values. */
  static Fields only(String... namesAndValues) {
    return new Fields().all(namesAndValues);
  }

  Fields all(String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      with(namesAndValues[i], namesAndValues[i + 1]);
    }
    return this;
  }

  /** A field that is not to be indexed. */
  Fields with(String name, String value) {
    octets.write(0);
    return string(name).string(value);
  }

  /** A field that goes into the table, the first place of it. */
  Fields indexing(String name, String value) {
    octets.write(0x40);
    return string(name).string(value);
  }

  /** A field out of the table. */
  Fields indexed(int index) {
    octets.write(0x80 | index);
    return this;
  }

  private Fields string(String text) {
    int rest = text.length();
    if (rest < 0x7f) {
      octets.write(rest);
    } else {
      octets.write(0x7f);
      for (rest -= 0x7f; rest >= 0x80; rest >>>= 7) {
        octets.write(rest & 0x7f | 0x80);
      }
      octets.write(rest);
    }
    octets.writeBytes(text.getBytes(ISO_8859_1));
    return this;
  }

  byte[] octets() {
    return octets.toByteArray();
  }
}
