package dev.pounce.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The areas of the Autobahn test suite, each case however its octets may arrive. */
class ConformanceTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "dev.pounce.server.websocket.Conformance#framing",
    "dev.pounce.server.websocket.Conformance#pings",
    "dev.pounce.server.websocket.Conformance#reservedBits",
    "dev.pounce.server.websocket.Conformance#opcodes",
    "dev.pounce.server.websocket.Conformance#fragmentation",
    "dev.pounce.server.websocket.Conformance#closes",
    "dev.pounce.server.websocket.Conformance#utf8",
  })
  void octets_howeverCut_areHeardAlike(String name, byte[] octets, List<String> heard)
      throws IOException {
    assertThat(Heard.from(Cuts.whole(octets))).isEqualTo(heard);
    assertThat(Heard.from(Cuts.single(octets))).isEqualTo(heard);
    Random random = new Random(octets.length);
    for (int i = 0; i < 20; i++) {
      assertThat(Heard.from(Cuts.random(octets, random))).isEqualTo(heard);
    }
  }
}
