package dev.pounce.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

  private static List<String> values(String fields) {
    return fields.isEmpty() ? List.of() : Arrays.asList(fields.split("\\|", -1));
  }

  @Test
  void accept_ofTheRfcsKey_isTheRfcs() throws Unacceptable {
    assertThat(Handshake.accept(List.of("dGhlIHNhbXBsZSBub25jZQ==")))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZTEy",
        "dGhlIHNhbXBsZSBub25jZTE=",
        "dGhlIHNhbXBsZSBub25j\u00e4Q==",
        "dGhlIHNhbXBsZSBub2*jZQ==",
        "dGhlIHNhbXBsZSBub25jZQ==|dGhlIHNhbXBsZSBub25jZQ==",
      })
  void accept_ofAnythingButOneKey_is400(String keys) {
    assertThatExceptionOfType(Unacceptable.class)
        .isThrownBy(() -> Handshake.accept(values(keys)))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @Test
  void version13_isSpoken() throws Unacceptable {
    Handshake.checkVersion(List.of("13"));

    assertThat(Handshake.VERSION).isEqualTo("13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "013", "13, 8", "13|13", "thirteen"})
  void otherVersion_is426(String versions) {
    assertThatExceptionOfType(Unacceptable.class)
        .isThrownBy(() -> Handshake.checkVersion(values(versions)))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(426));
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "chat, chat",
    "'chat, superchat', 'chat superchat'",
    "'b,a|c', 'b a c'",
    "' , a ,, b', 'a b'",
    "v1.json+x!, v1.json+x!",
  })
  void subprotocols_areHeardInTheirOrder(String fields, String offered) throws Unacceptable {
    assertThat(String.join(" ", Handshake.subprotocols(values(fields)))).isEqualTo(offered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a, a", "a|a", "a/b", "a;q=1", "\u00e4", "\"a\"", ",", " "})
  void subprotocols_malformed_are400(String fields) {
    assertThatExceptionOfType(Unacceptable.class)
        .isThrownBy(() -> Handshake.subprotocols(values(fields)))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "foo                               > foo",
        "foo, bar; baz=2                   > foo bar;baz=2",
        "foo;a;b=c ;d = \"e\" , ,bar|baz   > foo;a;b=c;d=e bar baz",
        "foo; a=\"b\\c\"                   > foo;a=bc",
      })
  void extensions_areParsed(String fields, String parsed) throws Unacceptable {
    StringBuilder text = new StringBuilder();
    for (Extension extension : Extension.parse(values(fields))) {
      text.append(text.isEmpty() ? "" : " ").append(extension.name());
      extension
          .parameters()
          .forEach(p -> text.append(";" + p.name() + (p.value() == null ? "" : "=" + p.value())));
    }
    assertThat(text).hasToString(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        ",",
        "foo;",
        "foo;;a",
        ";a",
        "foo bar",
        "foo; a=",
        "foo; =b",
        "foo; a=b c",
        "foo=1",
        "foo; a=\"\"",
        "foo; a=\"b",
        "foo; a=\"b c\"",
        "foo; a=\"b\\",
        "foo; a=\"b\\\"",
        "f\u00e4",
        "foo; a=b=c",
        "foo/1",
        "foo|;"
      })
  void extensions_malformed_are400(String fields) {
    assertThatExceptionOfType(Unacceptable.class)
        .isThrownBy(() -> Compression.negotiate(values(fields), true))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400))
        .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
  }

  private static final String NAME = "permessage-deflate";

  /** Abbreviated: P the extension, S and C each side's no_context_takeover, s and c its window. */
  private static String full(String text) {
    return text.replace("P", NAME)
        .replace("S", "server_no_context_takeover")
        .replace("C", "client_no_context_takeover")
        .replaceAll("\\bs\\b", "server_max_window_bits")
        .replaceAll("\\bc\\b", "client_max_window_bits");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "P,                     P,           P; S",
    "P; c,                  P,           P; S",
    "P; c=8,                P,           P; S",
    "P; c=15,               P,           P; S",
    "P; c=\"10\",           P,           P; S",
    "P; S,                  P; S,        P; S",
    "P; C,                  P; C,        P; S; C",
    "P; C; S,               P; S; C,     P; S; C",
    "P; s=15,               P; s=15,     P; S; s=15",
    "P; s=15; c=9; S; C,    P; S; C; s=15, P; S; C; s=15",
    "'P; s=10; c, P; c',    P,           P; S",
    "'P; s=10|P; S',        P; S,        P; S",
    "'x; y=z, P',           P,           P; S",
    "'P; x, P; C, P',       P; C,        P; S; C",
  })
  void firstOfferThatCanBeKept_isAccepted(String fields, String keeping, String notKeeping)
      throws Unacceptable {
    List<String> offers = values(full(fields));

    Compression kept = Compression.negotiate(offers, true);
    Compression alone = Compression.negotiate(offers, false);

    assertThat(kept.response()).isEqualTo(full(keeping));
    assertThat(kept.serverTakeover()).isEqualTo(!keeping.contains("S"));
    assertThat(kept.clientTakeover()).isEqualTo(!keeping.contains("C"));
    assertThat(alone).isEqualTo(new Compression(false, !keeping.contains("C"), full(notKeeping)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "P; x",
        "P; x=1",
        "P; s",
        "P; s=8",
        "P; s=14",
        "P; s=16",
        "P; s=7",
        "P; s=015",
        "P; s=x",
        "P; c=7",
        "P; c=16",
        "P; c=08",
        "P; c=x",
        "P; S=1",
        "P; C=true",
        "P; S; S",
        "P; C; C",
        "P; c; c=10",
        "P; s=15; s=15",
        "x-webkit-deflate-frame",
        "P; s=10, P; s=9"
      })
  void offersThatCannotBeKept_areDeclined(String fields) throws Unacceptable {
    assertThat(Compression.negotiate(values(full(fields)), true)).isNull();
  }
}
