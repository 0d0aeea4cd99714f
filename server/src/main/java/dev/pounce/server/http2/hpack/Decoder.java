package dev.pounce.server.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Decodes the header blocks that a connection's peer sends, all of them and in the order in which
 * they came: each depends on those before it. One thread at a time.
 *
 * <p>A few octets can stand for a whole table's worth of fields, thousands of times over. What is
 * decoded is therefore bounded by the list limit: the fields beyond it are not given out. They are
 * still decoded, so that the table stays what the peer takes it for and the connection can go on
 * after the request has been refused. That costs no more than what was sent: a field out of a table
 * takes no memory, and a literal no more than 8/5 of its own octets. Who sends far more than the
 * limit is hostile; {@link #decode} tells how much it was, and the connection may end for it.
 */
public final class Decoder {

  /** Takes the fields of a block in, in order. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes a field.
     *
     * @param field the field; not yet looked at beyond {@link Field#wellFormed}
     */
    void field(Field field);
  }

  private static final byte[] NOTHING = {};
  private static final int MOST_UPDATES = 2;
  private static final int MOST_OCTETS_OF_INTEGER = 5;
  private static final int SCRATCH_KEPT = 1024;

  private final DynamicTable table = new DynamicTable();
  private final Recent recent = new Recent();
  private final int listLimit;
  private int tableLimit = DynamicTable.DEFAULT_LIMIT;

  /** The least that the table's limit has been since the last block, if it has to be confirmed. */
  private int unconfirmed = Integer.MAX_VALUE;

  private byte[] block = NOTHING;
  private int at;
  private int end;
  private byte[] scratch = NOTHING;

  /**
   * For a new connection.
   *
   * @param listLimit what the fields of one block may count for, each with 32 octets more than it
   *     has (SETTINGS_MAX_HEADER_LIST_SIZE)
   */
  public Decoder(int listLimit) {
    this.listLimit = listLimit;
  }

  /**
   * The peer has acknowledged a SETTINGS_HEADER_TABLE_SIZE. If its table was larger, its next block
   * has to begin with a size update (RFC 9113, section 4.3.1).
   *
   * @param octets the size, which was 4096 before
   */
  public void tableLimit(int octets) {
    tableLimit = octets;
    if (octets < table.limit()) {
      unconfirmed = Math.min(unconfirmed, octets);
    }
  }

  /**
   * Decodes a block, which is all that HEADERS and its CONTINUATIONs carry.
   *
   * @param octets holds the block
   * @param from where the block begins
   * @param to where it ends
   * @param sink gets the fields, until they count for more than the list limit
   * @return what all the fields count for, in octets; where it is more than the list limit, some
   *     are missing
   * @throws CompressionException if this is no such block; the connection has to end
   */
  public long decode(byte[] octets, int from, int to, Sink sink) throws CompressionException {
    block = octets;
    at = from;
    end = to;
    updates();
    long size = 0;
    while (at < end) {
      Field field = next();
      size += field.size();
      if (size <= listLimit) {
        sink.field(field);
      }
    }
    block = NOTHING;
    if (scratch.length > SCRATCH_KEPT) {
      scratch = NOTHING;
    }
    return size;
  }

  /** Size updates: up to two, for after a smaller limit there may be a larger one (section 4.2). */
  private void updates() throws CompressionException {
    int least = Integer.MAX_VALUE;
    for (int i = 0; at < end && (block[at] & 0xe0) == 0x20; i++) {
      int octets = integer(5);
      if (octets > tableLimit) {
        throw new CompressionException("a table larger than SETTINGS_HEADER_TABLE_SIZE");
      }
      if (i == MOST_UPDATES) {
        throw new CompressionException("more than two table size updates");
      }
      table.limit(octets);
      least = Math.min(least, octets);
    }
    if (least > unconfirmed) {
      throw new CompressionException("no table size update after a smaller limit");
    }
    unconfirmed = Integer.MAX_VALUE;
  }

  /** A field; whether it must never be indexed concerns only who passes it on. */
  private Field next() throws CompressionException {
    int first = block[at];
    if (first < 0) {
      return get(integer(7));
    }
    if ((first & 0x40) != 0) {
      Field field = literal(6);
      table.add(field);
      return field;
    }
    if ((first & 0x20) != 0) {
      throw new CompressionException("a table size update after the beginning of the block");
    }
    return passing();
  }

  /** A literal that does not go into the table. */
  private Field passing() throws CompressionException {
    Field same = recent.at(block, at, end);
    if (same != null) {
      at += recent.length();
      return same;
    }
    int from = at;
    Field field = literal(4);
    recent.keep(field, block, from, at);
    return field;
  }

  private Field literal(int prefix) throws CompressionException {
    int index = integer(prefix);
    String name = index == 0 ? string() : get(index).name();
    return Field.of(name, string());
  }

  private Field get(int index) throws CompressionException {
    int age = index - StaticTable.SIZE - 1;
    if (index == 0 || age >= table.count()) {
      throw new CompressionException("no field has the index " + index);
    }
    return age < 0 ? StaticTable.get(index) : table.get(age);
  }

  /** An integer whose first octet has so many bits of it (section 5.1). */
  private int integer(int prefix) throws CompressionException {
    int most = (1 << prefix) - 1;
    int first = block[at++] & most;
    return first < most ? first : integerBeyond(most);
  }

  private int integerBeyond(int most) throws CompressionException {
    long value = most;
    for (int i = 0; i < MOST_OCTETS_OF_INTEGER && at < end; i++) {
      int octet = block[at++];
      value += (octet & 0x7fL) << 7 * i;
      if (octet >= 0 && value <= Integer.MAX_VALUE) {
        return (int) value;
      }
    }
    throw new CompressionException("an integer that is too large or has no end");
  }

  private String string() throws CompressionException {
    boolean coded = at < end && block[at] < 0;
    int length = at < end ? integer(7) : Integer.MAX_VALUE;
    if (length > end - at) {
      throw new CompressionException("a string that goes beyond the block");
    }
    int from = at;
    at += length;
    if (length == 0) {
      return "";
    }
    return coded ? decoded(from) : new String(block, from, length, ISO_8859_1);
  }

  /** What is coded in the octets up to where we are. */
  private String decoded(int from) throws CompressionException {
    long longest = Huffman.longest(at - from);
    if (longest > scratch.length) {
      scratch = new byte[Math.max(SCRATCH_KEPT / 4, Math.toIntExact(longest))];
    }
    return new String(scratch, 0, Huffman.decode(block, from, at, scratch), ISO_8859_1);
  }
}
