package dev.pounce.app;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Header fields: names compared without regard to case, order and repeats kept. Immutable.
 *
 * <p>Values are what RFC 9110, section 5.5, allows: visible characters, spaces, tabs and the
 * Latin-1 upper half. A carriage return, line feed or NUL can't get in, so it can't get out on to
 * the wire.
 */
public abstract sealed class Headers implements Iterable<Header> permits FieldList, WireFields {

  Headers() {}

  /** No fields at all. */
  public static Headers none() {
    return FieldList.NONE;
  }

  /**
   * Fields from names and values in turn: {@code Headers.of("content-type", "text/plain")}.
   *
   * @throws IllegalArgumentException if a name is not a token, a value has a control character or a
   *     character beyond Latin-1, or a value is missing
   */
  public static Headers of(String... namesAndValues) {
    return namesAndValues.length == 0 ? none() : FieldList.checked(namesAndValues.clone());
  }

  /**
   * Fields that stand in a message head as it was received. For servers: a string is made only when
   * it is asked for. Neither array is copied, and neither may be changed afterwards.
   *
   * @param block holds the bytes; what the spans name must be free of CR, LF and NUL
   * @param spans four numbers a field: name from, name to, value from, value to
   * @throws IllegalArgumentException if the number of spans is not a multiple of four
   */
  public static Headers wire(byte[] block, int[] spans) {
    if (spans.length % 4 != 0) {
      throw new IllegalArgumentException(
          "spans.length: " + spans.length + " (expected: a multiple of 4)");
    }
    return new WireFields(block, spans);
  }

  /**
   * Fields that a server has decoded and checked. For servers: the array is not copied, and may not
   * be changed afterwards.
   *
   * @param namesAndValues in turn; each name a token, each value free of control characters
   */
  public static Headers decoded(String[] namesAndValues) {
    return FieldList.unchecked(namesAndValues);
  }

  /** How many fields there are, repeats counted. */
  public abstract int size();

  /**
   * The name of a field.
   *
   * @throws IndexOutOfBoundsException if there is no such field
   */
  public abstract String name(int index);

  /**
   * The value of a field.
   *
   * @throws IndexOutOfBoundsException if there is no such field
   */
  public abstract String value(int index);

  /** The first field at or after {@code from} that has this name, or -1. */
  abstract int indexOf(String name, int from);

  /** The value of the first field with this name, or null. */
  public final @Nullable String first(String name) {
    int index = indexOf(name, 0);
    return index < 0 ? null : value(index);
  }

  /** The values of all fields with this name, in order; empty where there is none. */
  public final List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
      values.add(value(i));
    }
    return values;
  }

  /** Whether a field with this name is there. */
  public final boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /**
   * These fields and one more at the end.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public final Headers with(String name, String value) {
    List<String> fields = copyWithout(null);
    fields.add(name);
    fields.add(value);
    return FieldList.checked(fields.toArray(String[]::new));
  }

  /** These fields without those of this name. */
  public final Headers without(String name) {
    return contains(name) ? FieldList.checked(copyWithout(name).toArray(String[]::new)) : this;
  }

  /**
   * These fields with just one of this name, at the end.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public final Headers replace(String name, String value) {
    return without(name).with(name, value);
  }

  private List<String> copyWithout(@Nullable String name) {
    List<String> fields = new ArrayList<>(2 * size() + 2);
    for (int i = 0; i < size(); i++) {
      if (name == null || !name(i).equalsIgnoreCase(name)) {
        fields.add(name(i));
        fields.add(value(i));
      }
    }
    return fields;
  }

  @Override
  public final Iterator<Header> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Header next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int index = next++;
        return new Header(name(index), value(index));
      }
    };
  }

  /**
   * Equal if the fields are: names without regard to case, values to the letter, in the same order.
   */
  @Override
  public final boolean equals(@Nullable Object other) {
    if (!(other instanceof Headers that) || that.size() != size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!name(i).equalsIgnoreCase(that.name(i)) || !value(i).equals(that.value(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final int hashCode() {
    int hash = 1;
    for (int i = 0; i < size(); i++) {
      hash = 31 * hash + value(i).hashCode();
    }
    return hash;
  }

  /** One {@code name: value} a line. */
  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size(); i++) {
      text.append(name(i)).append(": ").append(value(i)).append('\n');
    }
    return text.toString();
  }
}
