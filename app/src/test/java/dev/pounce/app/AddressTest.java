package dev.pounce.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressTest {

  @Test
  void toString_ipv4_isHostColonPort() {
    assertThat(new Address("127.0.0.1", 5000)).hasToString("127.0.0.1:5000");
  }

  @Test
  void toString_ipv6_hasBrackets() {
    assertThat(new Address("2001:db8::1", 443)).hasToString("[2001:db8::1]:443");
  }

  @Test
  void toString_portNotKnown_isTheHostAlone() {
    assertThat(new Address("127.0.0.1", 0)).hasToString("127.0.0.1");
    assertThat(new Address("::1", 0)).hasToString("::1");
  }
}
