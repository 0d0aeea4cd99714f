package dev.pounce.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "A.b-c.example",
        "a:80",
        "a:",
        "a:0",
        "a:65535",
        "127.0.0.1",
        "127.0.0.1:8000",
        "a_b",
        "a~b",
        "xn--bcher-kva.example",
        "a.",
        "[::1]",
        "[::1]:80",
        "[::ffff:1.2.3.4]:1",
        "[2001:db8::A]"
      })
  void isValid_hostWithOrWithoutPort_isTrue(String text) {
    assertThat(Authority.isValid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "a b",
        "a,b",
        "a, b",
        "a@b",
        "u:p@a",
        "a/b",
        "a\\b",
        "a?b",
        "a#b",
        "a<b",
        "a\"b",
        "a^b",
        "a|b",
        "a{b}",
        "a`b",
        "\u00e9",
        "a\tb",
        "a\0b",
        "a\u007fb",
        ":",
        ":80",
        "a:b",
        "a:8x",
        "a:-1",
        "a:+1",
        "a: 80",
        "a:80 ",
        "a:80:80",
        "a:123456",
        "a:99999",
        "a:65536",
        "::1",
        "[",
        "[]",
        "[::1",
        "::1]",
        "[::1]80",
        "[::1]a",
        "[::1]:x",
        "[::1]]",
        "[g::1]",
        "[::1%eth0]",
        "[ ::1]",
        "a[::1]",
        "%",
        "%6",
        "%zz",
        "%61",
        "a:\u0661"
      })
  void isValid_anythingElse_isFalse(String text) {
    assertThat(Authority.isValid(text)).isFalse();
  }
}
