package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

  @ParameterizedTest(name = "{0} contains {1}")
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "10.0.0.0/8, 10.255.255.255",
    "10.0.0.77/8, 10.1.2.3",
    "192.168.4.0/22, 192.168.7.255",
    "0.0.0.0/0, 203.0.113.9",
    "10.0.0.1/32, 10.0.0.1",
    "::1, 0:0:0:0:0:0:0:1",
    "fd00::/8, fdff::1",
    "2001:db8::/33, 2001:db8:7fff::1",
    "*, 203.0.113.9",
    "*, 2001:db8::1",
    "10.0.0.0/8, ::ffff:10.1.2.3",
  })
  void contains_peerInside_isTrue(String network, String peer) {
    assertThat(Network.parse(network).contains(InetAddress.ofLiteral(peer))).isTrue();
  }

  @ParameterizedTest(name = "{0} does not contain {1}")
  @CsvSource({
    "10.0.0.1, 10.0.0.2",
    "10.0.0.0/8, 11.0.0.0",
    "192.168.4.0/22, 192.168.8.0",
    "10.0.0.1/32, 10.0.0.0",
    "0.0.0.0/0, 2001:db8::1",
    "::/0, 10.0.0.1",
    "2001:db8::/33, 2001:db8:8000::1",
  })
  void contains_peerOutside_isFalse(String network, String peer) {
    assertThat(Network.parse(network).contains(InetAddress.ofLiteral(peer))).isFalse();
  }

  @Test
  void contains_peerOnAUnixSocket_onlyInAny() {
    assertThat(Network.ANY.contains(null)).isTrue();
    assertThat(Network.parse("0.0.0.0/0").contains(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost | an address, a CIDR block, unix or *",
        "10.0.0 .1 | an address, a CIDR block, unix or *",
        "'' | an address, a CIDR block, unix or *",
        "10.0.0.0/33 | a prefix length of 0 to 32",
        "10.0.0.0/ | a prefix length of 0 to 32",
        "10.0.0.0/-1 | a prefix length of 0 to 32",
        "::/129 | a prefix length of 0 to 128",
        "::/1000 | a prefix length of 0 to 128",
      })
  void parse_anythingElse_isRefused(String text, String rule) {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text)).withMessage(rule);
  }

  @Test
  void equals_isByText() {
    assertThat(Network.parse("10.0.0.0/8"))
        .isEqualTo(Network.parse("10.0.0.0/8"))
        .hasSameHashCodeAs(Network.parse("10.0.0.0/8"))
        .isNotEqualTo(Network.parse("10.0.0.0/9"))
        .hasToString("10.0.0.0/8");
  }
}
