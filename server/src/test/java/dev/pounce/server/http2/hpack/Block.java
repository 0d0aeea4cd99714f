package dev.pounce.server.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A header block, put together from its representations (RFC 7541, section 6) or taken apart. */
final class Block {

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  static byte[] hex(String... hex) {
    return HexFormat.of().parseHex(String.join("", hex).replaceAll("\\s", ""));
  }

  /** The fields of a block, as {@code name: value}. */
  static List<String> decode(Decoder decoder, byte[] block) throws CompressionException {
    List<String> fields = new ArrayList<>();
    decoder.decode(
        block, 0, block.length, field -> fields.add(field.name() + ": " + field.value()));
    return fields;
  }

  /** What is in the dynamic table of a decoder, the newest first. */
  static List<String> table(Decoder decoder) {
    List<String> fields = new ArrayList<>();
    try {
      while (true) {
        fields.addAll(decode(decoder, new Block().indexed(62 + fields.size()).octets()));
      }
    } catch (CompressionException e) {
      return fields;
    }
  }

  /** The fields, one {@code name: value} each, as the encoder has them. */
  static byte[] encode(Encoder encoder, List<String> fields) {
    byte[] target = new byte[Encoder.OVERHEAD + room(fields)];
    int at = encoder.begin(target, 0);
    for (String field : fields) {
      int colon = field.indexOf(": ");
      at = encoder.field(field.substring(0, colon), field.substring(colon + 2), target, at);
    }
    return Arrays.copyOf(target, at);
  }

  static byte[] encode(Encoder encoder, String... fields) {
    return encode(encoder, List.of(fields));
  }

  private static int room(List<String> fields) {
    return fields.stream().mapToInt(field -> Encoder.OVERHEAD + field.length() - 2).sum();
  }

  byte[] octets() {
    return octets.toByteArray();
  }

  Block indexed(int index) {
    return integer(0x80, 7, index);
  }

  Block indexing(String name, String value) {
    return integer(0x40, 6, 0).raw(name).raw(value);
  }

  Block indexing(int name, String value) {
    return integer(0x40, 6, name).raw(value);
  }

  Block without(String name, String value) {
    return integer(0x00, 4, 0).raw(name).raw(value);
  }

  Block without(int name, String value) {
    return integer(0x00, 4, name).raw(value);
  }

  Block update(long size) {
    return integer(0x20, 5, size);
  }

  Block raw(String text) {
    integer(0, 7, text.length());
    octets.writeBytes(text.getBytes(ISO_8859_1));
    return this;
  }

  Block integer(int form, int prefix, long value) {
    int most = (1 << prefix) - 1;
    if (value < most) {
      octets.write((int) (form | value));
      return this;
    }
    octets.write(form | most);
    long rest = value - most;
    for (; rest >= 128; rest /= 128) {
      octets.write((int) (rest % 128 + 128));
    }
    octets.write((int) rest);
    return this;
  }
}
