package dev.pounce.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/**
 * A response as it came over the wire.
 *
 * @param version as in the status line, such as {@code HTTP/1.1}
 * @param reason as in the status line, perhaps empty
 * @param headers in the order and the case in which they came
 * @param body with the chunks taken off
 */
public record RawResponse(
    String version, int status, String reason, List<Field> headers, byte[] body) {

  /** One header line. */
  public record Field(String name, String value) {}

  /** The value of the header, which may be there once at most. */
  public Optional<String> header(String name) {
    List<String> values = headers(name);
    if (values.size() > 1) {
      throw new AssertionError("header " + name + " came " + values.size() + " times: " + values);
    }
    return values.stream().findFirst();
  }

  /** All values of the header, in their order. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, UTF_8);
  }

  @Override
  public String toString() {
    return "%s %d %s %s%n%s"
        .formatted(version, status, reason, headers, new String(body, ISO_8859_1));
  }
}
