package dev.pounce.server.exchange;

import dev.pounce.server.coding.ContentCoding;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by what a client accepts (RFC 9110, section 12.5.3). Weights are in thousandths. A member
 * of the list that is malformed counts as not there.
 */
final class AcceptEncoding {

  private static final String IDENTITY = "identity";
  private static final int UNSAID = -1;
  private static final int FULL = 1000;

  private final List<ContentCoding> offered;
  private final int[] weights;
  private int identity = UNSAID;
  private int others = UNSAID;

  private AcceptEncoding(List<ContentCoding> offered) {
    this.offered = offered;
    this.weights = new int[offered.size()];
    Arrays.fill(weights, UNSAID);
  }

  /**
   * What the client likes best among what is offered, and the first of those that it likes alike.
   *
   * @param values of the field {@code Accept-Encoding}; none means that the client has said
   *     nothing, and better gets what it surely knows
   * @param offered the server's favourite first
   * @return null if the response is better sent as it is
   */
  static @Nullable ContentCoding choose(List<String> values, List<ContentCoding> offered) {
    AcceptEncoding accepted = new AcceptEncoding(offered);
    for (String value : values) {
      for (int from = 0; from <= value.length(); ) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        accepted.member(value.substring(from, to).strip());
        from = to + 1;
      }
    }
    return accepted.best();
  }

  private void member(String text) {
    int semicolon = text.indexOf(';');
    int weight = semicolon < 0 ? FULL : weight(text.substring(semicolon + 1).strip());
    String name = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    if (weight == UNSAID) {
      return;
    }
    if (name.equals("*")) {
      others = weight;
    } else if (name.equalsIgnoreCase(IDENTITY)) {
      identity = weight;
    } else {
      for (int i = 0; i < weights.length; i++) {
        if (isName(offered.get(i).name(), name)) {
          weights[i] = weight;
        }
      }
    }
  }

  /** Whether a coding is meant. Of gzip there is an older name, which means the same. */
  private static boolean isName(String coding, String name) {
    return coding.equalsIgnoreCase(name)
        || coding.equals("gzip") && name.equalsIgnoreCase("x-gzip");
  }

  /** Reads {@code q=0.5}: up to three decimals, and not above 1. */
  private static int weight(String text) {
    boolean known =
        text.length() >= 3
            && text.length() <= 7
            && (text.charAt(0) == 'q' || text.charAt(0) == 'Q')
            && text.charAt(1) == '='
            && (text.charAt(2) == '0' || text.charAt(2) == '1')
            && (text.length() == 3 || text.charAt(3) == '.');
    int weight = known ? (text.charAt(2) - '0') * FULL : UNSAID;
    int unit = FULL / 10;
    for (int i = 4; i < text.length() && known; i++, unit /= 10) {
      char digit = text.charAt(i);
      known = digit >= '0' && digit <= '9';
      weight += (digit - '0') * unit;
    }
    return known && weight <= FULL ? weight : UNSAID;
  }

  private @Nullable ContentCoding best() {
    ContentCoding best = null;
    int most = 0;
    for (int i = 0; i < weights.length; i++) {
      int weight = weights[i] == UNSAID ? others : weights[i];
      if (weight > most) {
        best = offered.get(i);
        most = weight;
      }
    }
    int plain = identity == UNSAID ? others : identity;
    return most >= plain ? best : null;
  }
}
