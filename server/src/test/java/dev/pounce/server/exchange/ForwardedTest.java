package dev.pounce.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Address;
import dev.pounce.app.Headers;
import dev.pounce.server.config.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedTest {

  private static final Peer PEER =
      new Peer(new Address("192.0.2.1", 4711), null, "192.0.2.1:4711", true, null);
  private static final List<Network> TRUSTED =
      List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"));
  private static final String[] TRUSTED_HOPS = {
    "10.1.2.3", "10.255.0.1:80", "fd00::1", "[fd12::3]", "[fd12::3]:443", "::ffff:10.0.0.9"
  };
  private static final String[] CLIENTS = {
    "203.0.113.7", "11.0.0.1", "2001:db8::7", "[2001:db8::7]:9", "fe00::1", "192.0.2.1", "0.0.0.0"
  };
  private static final String[] ANYTHING = {
    "",
    " ",
    "unknown",
    "_x",
    "1.2.3.4.5",
    "[::1",
    "::::",
    "10.0.0.1",
    "6.6.6.6",
    "a:b:c",
    "%",
    "[",
    "]",
    ":",
    "10.0.0.0/8",
    "\"10.0.0.1\"",
    "for=10.0.0.1",
    "\u00e9",
    "fe80::1%eth0",
    "[]",
    "[]:80"
  };

  private static Address client(String field) {
    return Forwarded.believed(Headers.of("x-forwarded-for", field), PEER, TRUSTED).client();
  }

  private static String pick(Random random, String... among) {
    return among[random.nextInt(among.length)];
  }

  private static String hops(Random random, int count, String... among) {
    List<String> hops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hops.add(pick(random, among));
    }
    return String.join(pick(random, ",", ", ", " , "), hops);
  }

  @Test
  void client_anyTrustedHopsToTheRight_isTheFirstThatIsNotTrusted() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      String client = pick(random, CLIENTS);
      int trusted = random.nextInt(4);
      String field = client + (trusted == 0 ? "" : ", " + hops(random, trusted, TRUSTED_HOPS));
      assertThat(client(field)).as(field).isEqualTo(client(client)).isNotEqualTo(PEER.client());
    }
  }

  @Test
  void client_anythingToTheLeft_makesNoDifference() {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      String honest = pick(random, CLIENTS) + ", " + pick(random, TRUSTED_HOPS);
      String spoofed =
          hops(random, 1 + random.nextInt(4), pick(random, ANYTHING), pick(random, TRUSTED_HOPS))
              + ","
              + honest;
      assertThat(client(spoofed)).as(spoofed).isEqualTo(client(honest));
    }
  }

  @Test
  void client_anyFieldAtAll_isAnAddressWithoutAPortOrThePeer() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder field = new StringBuilder();
      for (int k = random.nextInt(30); k > 0; k--) {
        field.append(".:,[] 0123456789abcdefx%/".charAt(random.nextInt(25)));
      }
      Address client = client(field.toString());
      assertThat(client).as(field.toString()).isNotNull();
      if (!client.equals(PEER.client())) {
        assertThat(client.port()).isZero();
        assertThat(client.host()).matches("[0-9.]+|[0-9a-f:]+");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "256", "4294967295", "10.1", "1.2.3", "1.2.3.4:x", "[::1]x"})
  void client_notAWholeAddress_isGarbage(String hop) {
    assertThat(client("203.0.113.7, " + hop)).isEqualTo(PEER.client());
  }

  @Test
  void stripped_whatProxiesSend_isGoneAndTheRestStaysInOrder() {
    Headers headers =
        Headers.of(
            "Host", "a",
            "X-Forwarded-For", "6.6.6.6",
            "Accept", "1",
            "x-forwarded-for", "7.7.7.7",
            "FORWARDED", "for=6.6.6.6",
            "X-Forwarded-Anything", "x",
            "X-Forward", "kept",
            "Accept", "2");
    assertThat(Forwarded.stripped(headers))
        .isEqualTo(Headers.of("Host", "a", "Accept", "1", "X-Forward", "kept", "Accept", "2"));
  }

  @Test
  void believed_hostFromTheProxy_standsAloneInItsPlace() {
    Headers headers = Headers.of("Host", "inner", "X-Forwarded-Host", "outer.example");
    assertThat(Forwarded.believed(headers, PEER, TRUSTED).headers().all("host"))
        .containsExactly("outer.example");
  }

  @Test
  void believed_nothingSaid_isThePeerItself() {
    Headers headers = Headers.of("Host", "inner");
    Forwarded forwarded = Forwarded.believed(headers, PEER, TRUSTED);
    assertThat(forwarded).isEqualTo(new Forwarded(headers, PEER.client(), "http"));
  }
}
