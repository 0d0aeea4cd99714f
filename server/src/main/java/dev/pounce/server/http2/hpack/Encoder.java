package dev.pounce.server.http2.hpack;

import org.jspecify.annotations.Nullable;

/**
 * Encodes the header blocks that a connection's peer is sent: {@link #begin}, then the fields. What
 * has been encoded has to be sent, all of it and in that order, because each block depends on those
 * before it. One thread at a time.
 *
 * <p>A field goes into the table when it is first sent and is one octet or two from then on, so the
 * usual response is a few look-ups. What is another each time stays out of the table, secrets are
 * marked so that nobody on the way indexes them either (RFC 7541, section 7.1.3), and a string is
 * Huffman coded where that makes it shorter.
 *
 * <p>Each method writes into an array from a position on, and returns where it has ended.
 */
public final class Encoder {

  /** The octets that a field may take beyond those of its name and value; also a beginning's. */
  public static final int OVERHEAD = 16;

  private static final int INDEXED = 0x80;
  private static final int INCREMENTAL = 0x40;
  private static final int UPDATE = 0x20;
  private static final int NEVER = 0x10;
  private static final int WITHOUT = 0;
  private static final int CODED = 0x80;

  private static final String STATUS = ":status";
  private static final int STATUS_INDEX = 8;
  private static final String[] STATUSES = new String[1000];

  private final Lookup table = new Lookup();

  /** What the table's limit is to be, and the least that it has been to be since the last block. */
  private int limit = DynamicTable.DEFAULT_LIMIT;

  private int least = limit;

  /** For a new connection. */
  public Encoder() {}

  /**
   * The peer's SETTINGS_HEADER_TABLE_SIZE has been received and is about to be acknowledged. Of a
   * table larger than 4096 octets no use is made.
   *
   * @param octets the size, 0 to 4294967295
   */
  public void tableLimit(long octets) {
    limit = (int) Math.min(octets, DynamicTable.DEFAULT_LIMIT);
    least = Math.min(least, limit);
  }

  /** Begins a block: tells the peer of another size of the table. */
  public int begin(byte[] target, int from) {
    int at = from;
    if (least < table.limit()) {
      at = update(least, target, at);
    }
    if (limit > table.limit()) {
      at = update(limit, target, at);
    }
    least = limit;
    return at;
  }

  private int update(int octets, byte[] target, int at) {
    table.limit(octets);
    return integer(octets, 5, UPDATE, target, at);
  }

  /**
   * Writes the status.
   *
   * @param status 100 to 999
   */
  public int status(int status, byte[] target, int at) {
    int index =
        switch (status) {
          case 200 -> 8;
          case 204 -> 9;
          case 206 -> 10;
          case 304 -> 11;
          case 400 -> 12;
          case 404 -> 13;
          case 500 -> 14;
          default -> 0;
        };
    return index > 0
        ? integer(index, 7, INDEXED, target, at)
        : indexed(STATUS, STATUS_INDEX, text(status), target, at);
  }

  private static String text(int status) {
    String text = STATUSES[status];
    if (text == null) {
      text = Integer.toString(status);
      STATUSES[status] = text;
    }
    return text;
  }

  /**
   * Writes a field.
   *
   * @param name a token, in any case; goes out in lower case
   * @param value Latin-1
   * @param target has room for both and {@link #OVERHEAD}
   */
  public int field(String name, String value, byte[] target, int at) {
    Name known = Name.known(name);
    if (known == null) {
      return indexed(Name.lower(name), 0, value, target, at);
    }
    return switch (known.indexing(value)) {
      case INCREMENTAL -> indexed(known.text(), known.index(), value, target, at);
      case WITHOUT -> literal(WITHOUT, 4, known.index(), known.text(), value, target, at);
      case NEVER -> literal(NEVER, 4, known.index(), known.text(), value, target, at);
    };
  }

  /**
   * Writes all of a field but its value's octets, which the caller puts where this ends. For values
   * that are another each time and that nobody has as a string: {@code content-length}.
   *
   * @param name a token in lower case
   * @param length how many octets the value has
   * @param target has room for both and {@link #OVERHEAD}
   */
  public int open(String name, int length, byte[] target, int at) {
    Name known = Name.known(name);
    return integer(length, 7, 0, target, name(WITHOUT, 4, index(known), name, target, at));
  }

  private static int index(@Nullable Name known) {
    return known == null ? 0 : known.index();
  }

  /** By its index where there is one; else it gets one, unless it fills too much of the table. */
  private int indexed(String name, int index, String value, byte[] target, int at) {
    int whole = StaticTable.find(index, name, value);
    int found = whole > 0 ? whole : table.find(name, value);
    if (found > 0) {
      return integer(found, 7, INDEXED, target, at);
    }
    int nameIndex = index > 0 ? index : -found;
    if (Field.size(name, value) > table.limit() / 2) {
      return literal(WITHOUT, 4, nameIndex, name, value, target, at);
    }
    int end = literal(INCREMENTAL, 6, nameIndex, name, value, target, at);
    table.add(new Field(name, value, true));
    return end;
  }

  private static int literal(
      int form, int prefix, int index, String name, String value, byte[] target, int at) {
    return string(value, target, name(form, prefix, index, name, target, at));
  }

  private static int name(int form, int prefix, int index, String name, byte[] target, int at) {
    int next = integer(index, prefix, form, target, at);
    return index > 0 ? next : string(name, target, next);
  }

  @SuppressWarnings("deprecation") // the one copy without an encoder; exact for Latin-1
  private static int string(String text, byte[] target, int at) {
    int length = text.length();
    int coded = Huffman.length(text);
    if (coded < length) {
      return Huffman.encode(text, target, integer(coded, 7, CODED, target, at));
    }
    int next = integer(length, 7, 0, target, at);
    text.getBytes(0, length, target, next);
    return next + length;
  }

  /** An integer whose first octet has so many bits of it, beside what else it says. */
  static int integer(int value, int prefix, int form, byte[] target, int from) {
    int most = (1 << prefix) - 1;
    int at = from;
    if (value < most) {
      target[at++] = (byte) (form | value);
      return at;
    }
    target[at++] = (byte) (form | most);
    int rest = value - most;
    for (; rest >= 0x80; rest >>>= 7) {
      target[at++] = (byte) (rest | 0x80);
    }
    target[at++] = (byte) rest;
    return at;
  }
}
