package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks against the arithmetic that RFC 4632 describes. */
class NetworkPropertyTest {

  @Test
  void contains_anyBlockAndPeer_agreesWithArithmetic() throws UnknownHostException {
    Random random = new Random(4632);
    int inside = 0;
    for (int i = 0; i < 5_000; i++) {
      int size = random.nextBoolean() ? 4 : 16;
      byte[] base = new byte[size];
      random.nextBytes(base);
      int prefix = random.nextInt(size * 8 + 1);
      byte[] peer = base.clone();
      if (random.nextInt(10) > 0) {
        int bit = random.nextInt(size * 8);
        peer[bit / 8] ^= (byte) (0x80 >> bit % 8);
      }
      int host = size * 8 - prefix;
      boolean expected =
          new BigInteger(1, base).shiftRight(host).equals(new BigInteger(1, peer).shiftRight(host));
      String block = InetAddress.getByAddress(base).getHostAddress() + "/" + prefix;
      assertThat(Network.parse(block).contains(InetAddress.getByAddress(peer)))
          .as("%s contains %s", block, InetAddress.getByAddress(peer))
          .isEqualTo(expected);
      inside += expected ? 1 : 0;
    }
    assertThat(inside).isBetween(1_250, 3_750);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10", "10/8", "10.1", "10.1/16", "1.2.3", "4294967295", "10.0.0.0.0", "1.2.3.4."})
  void parse_shortenedAddress_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.parse(text))
        .withMessage("an address, a CIDR block, unix or *");
  }
}
