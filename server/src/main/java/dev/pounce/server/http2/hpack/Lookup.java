package dev.pounce.server.http2.hpack;

/**
 * A dynamic table in which fields can be found by their names.
 *
 * <p>Fields whose names have the same hash form a chain from the newest to the oldest, by their
 * numbers. Nothing is taken out of a chain: it ends where the fields are older than the table.
 */
final class Lookup {

  /** As many fields as the default limit holds at most. */
  private static final int SLOTS = DynamicTable.DEFAULT_LIMIT / 32;

  private static final int CHAINS = 64;

  private final DynamicTable table = new DynamicTable();
  private final int[] newest = new int[CHAINS];
  private final int[] older = new int[SLOTS];

  int limit() {
    return table.limit();
  }

  /** Sets the limit, to at most the default. */
  void limit(int octets) {
    table.limit(octets);
  }

  /**
   * Where a field is.
   *
   * @return its index; if only its name is there, the negative of an index that has it; else 0
   */
  int find(String name, String value) {
    int sameName = 0;
    int number = newest[chain(name)];
    for (int age = age(number); age < table.count(); age = age(number)) {
      Field field = table.get(age);
      if (field.name().equals(name)) {
        if (field.value().equals(value)) {
          return index(age);
        }
        if (sameName == 0) {
          sameName = -index(age);
        }
      }
      number = older[number & SLOTS - 1];
    }
    return sameName;
  }

  void add(Field field) {
    int chain = chain(field.name());
    table.add(field);
    int number = table.newest();
    older[number & SLOTS - 1] = newest[chain];
    newest[chain] = number;
  }

  /** More than any field's age for what is not a field's number. */
  private int age(int number) {
    return table.newest() - number & Integer.MAX_VALUE;
  }

  private static int index(int age) {
    return StaticTable.SIZE + 1 + age;
  }

  private static int chain(String name) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & CHAINS - 1;
  }
}
