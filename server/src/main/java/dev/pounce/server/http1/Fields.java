package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.app.Headers;
import dev.pounce.server.exchange.Refusal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a head: where each lies, relative to the head's first octet, and what those
 * say that frame the message or that the server has use for itself.
 */
final class Fields {

  private static final int SPANS = 4 * 16;

  private final int limit;
  private final Framing framing = new Framing();
  private final Host host = new Host();
  private int[] spans = new int[SPANS];
  private int count;
  private int hosts;
  private int requestId;
  private boolean proxied;

  /** At most so many. */
  Fields(int limit) {
    this.limit = limit;
  }

  void reset() {
    count = 0;
    framing.reset();
    hosts = 0;
    requestId = -1;
    proxied = false;
  }

  /**
   * Takes a line in.
   *
   * @param from where the head begins; the other positions are those of name and value
   */
  void add(byte[] octets, int from, int name, int nameTo, int value, int valueTo) throws Refusal {
    if (count == limit) {
      throw Refusal.tooLarge(431, "more than " + limit + " header fields");
    }
    if (4 * count == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    int at = 4 * count++;
    spans[at] = name - from;
    spans[at + 1] = nameTo - from;
    spans[at + 2] = value - from;
    spans[at + 3] = valueTo - from;
    notice(octets, name, nameTo, value, valueTo);
  }

  /** The fields that frame the message, or that the server has use for itself. */
  private void notice(byte[] octets, int name, int nameTo, int value, int valueTo) throws Refusal {
    switch (nameTo - name) {
      case 4 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "host")) {
          hosts++;
          host.check(octets, value, valueTo);
        }
      }
      case 6 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "expect")) {
          framing.expect(octets, value, valueTo);
        }
      }
      case 7 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "upgrade")) {
          framing.upgrade(octets, value, valueTo);
        }
      }
      case 9 -> proxied |= Octets.equalsIgnoreCase(octets, name, nameTo, "forwarded");
      case 10 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "connection")) {
          framing.connection(octets, value, valueTo);
        }
      }
      case 12 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "x-request-id")) {
          requestId = count - 1;
        }
      }
      case 14 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "content-length")) {
          framing.contentLength(octets, value, valueTo);
        }
      }
      case 17 -> {
        if (Octets.equalsIgnoreCase(octets, name, nameTo, "transfer-encoding")) {
          framing.transferEncoding(octets, value, valueTo);
        }
      }
      default -> {}
    }
    if (nameTo - name > 12 && Octets.equalsIgnoreCase(octets, name, name + 12, "x-forwarded-")) {
      proxied = true;
    }
  }

  /** What can only be told when all are there. */
  void check(boolean http10) throws Refusal {
    if (hosts > 1) {
      throw Refusal.malformed("more than one Host");
    }
    if (hosts == 0 && !http10) {
      throw Refusal.malformed("no Host");
    }
    framing.check(http10);
  }

  boolean isWebSocket() {
    return framing.isWebSocket();
  }

  Framing framing() {
    return framing;
  }

  /** Whether there is a field that only a trusted peer may send. */
  boolean proxied() {
    return proxied;
  }

  /** All of them, in octets of their own: the first so many of the head. */
  Headers copy(byte[] octets, int from, int length) {
    return Headers.wire(
        Arrays.copyOfRange(octets, from, from + length), Arrays.copyOf(spans, 4 * count));
  }

  /** What the client sent as its request ID, or null. */
  @Nullable String requestId(byte[] octets, int from) {
    if (requestId < 0) {
      return null;
    }
    int value = spans[4 * requestId + 2];
    return new String(octets, from + value, spans[4 * requestId + 3] - value, ISO_8859_1);
  }
}
