package dev.pounce.server.http2.hpack;

/**
 * The fields that have gone by (RFC 7541, section 2.3.2): first in, first out, and no more than the
 * limit holds.
 *
 * <p>A ring. Each field has a number, one more than the one before it, and lies where the low bits
 * of its number say; so it stays where it is while its index, which is its age, grows.
 */
final class DynamicTable {

  /** The limit until settings or an update say something else, in octets. */
  static final int DEFAULT_LIMIT = 4096;

  private static final int FIRST_LENGTH = 16;

  private Field[] slots = new Field[0];
  private int newest;
  private int count;
  private int size;
  private int limit = DEFAULT_LIMIT;

  /** How many fields there are. */
  int count() {
    return count;
  }

  int size() {
    return size;
  }

  int limit() {
    return limit;
  }

  /** The number of the field that was added last. */
  int newest() {
    return newest;
  }

  /**
   * A field.
   *
   * @param age how many have been added since, less than {@link #count}
   */
  Field get(int age) {
    return slots[newest - age & slots.length - 1];
  }

  /** Sets the limit, in octets; what no longer fits is gone. */
  void limit(int octets) {
    limit = octets;
    evictTo(octets);
  }

  /** Adds a field; one that is larger than the table leaves it empty. */
  void add(Field field) {
    int needed = field.size();
    if (needed > limit) {
      evictTo(0);
      return;
    }
    evictTo(limit - needed);
    if (count == slots.length) {
      grow();
    }
    slots[++newest & slots.length - 1] = field;
    count++;
    size += needed;
  }

  @SuppressWarnings("NullAway") // an empty slot is never read, but must not keep its field alive
  private void evictTo(int octets) {
    while (size > octets) {
      int slot = newest - --count & slots.length - 1;
      size -= slots[slot].size();
      slots[slot] = null;
    }
  }

  private void grow() {
    Field[] larger = new Field[Math.max(FIRST_LENGTH, 2 * slots.length)];
    for (int age = 0; age < count; age++) {
      larger[newest - age & larger.length - 1] = get(age);
    }
    slots = larger;
  }
}
