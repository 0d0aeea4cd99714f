package dev.pounce.server.websocket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One offer in {@code Sec-WebSocket-Extensions} (RFC 6455, section 9.1).
 *
 * @param name what it is an offer of
 * @param parameters in their order
 */
record Extension(String name, List<Parameter> parameters) {

  /**
   * A parameter of an offer.
   *
   * @param name whatever it is
   * @param value a token; null where there is none
   */
  record Parameter(String name, @Nullable String value) {}

  /**
   * Parses the field's values.
   *
   * @throws Unacceptable with 400 if one is malformed
   */
  static List<Extension> parse(List<String> values) throws Unacceptable {
    List<Extension> offers = new ArrayList<>();
    for (String value : values) {
      new Parser(value).addTo(offers);
    }
    if (offers.isEmpty() && !values.isEmpty()) {
      throw malformed();
    }
    return offers;
  }

  private static Unacceptable malformed() {
    return new Unacceptable(400, "malformed Sec-WebSocket-Extensions");
  }

  private static final class Parser {

    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void addTo(List<Extension> offers) throws Unacceptable {
      do {
        skipBlanks();
        if (at < text.length() && text.charAt(at) != ',') {
          offers.add(extension());
        }
      } while (take(','));
      if (at < text.length()) {
        throw malformed();
      }
    }

    private Extension extension() throws Unacceptable {
      String name = token();
      List<Parameter> parameters = new ArrayList<>();
      while (take(';')) {
        String parameter = token();
        parameters.add(new Parameter(parameter, take('=') ? value() : null));
      }
      return new Extension(name, parameters);
    }

    private String value() throws Unacceptable {
      if (!take('"')) {
        return token();
      }
      StringBuilder unquoted = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\') {
          at++;
        }
        if (at < text.length()) {
          unquoted.append(text.charAt(at++));
        }
      }
      if (!take('"') || !Token.isToken(unquoted.toString())) {
        throw malformed();
      }
      return unquoted.toString();
    }

    private String token() throws Unacceptable {
      skipBlanks();
      int end = Token.end(text, at);
      if (end == at) {
        throw malformed();
      }
      String token = text.substring(at, end);
      at = end;
      return token;
    }

    private boolean take(char wanted) {
      skipBlanks();
      boolean found = at < text.length() && text.charAt(at) == wanted;
      at += found ? 1 : 0;
      return found;
    }

    private void skipBlanks() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
    }
  }
}
