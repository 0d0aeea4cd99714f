package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.server.exchange.Authority;
import dev.pounce.server.exchange.Refusal;
import java.util.Arrays;

/**
 * Checks Host fields; a client sends the same one again and again, so the last good one is known.
 */
final class Host {

  private byte[] good = {};

  void check(byte[] octets, int from, int to) throws Refusal {
    if (Arrays.equals(octets, from, to, good, 0, good.length)) {
      return;
    }
    if (!Authority.isValid(new String(octets, from, to - from, ISO_8859_1))) {
      throw Refusal.malformed("malformed Host");
    }
    good = Arrays.copyOfRange(octets, from, to);
  }
}
