package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.server.exchange.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  private final Target target = new Target();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/              | /            | /          | ''",
        "/a/b           | /a/b         | /a/b       | ''",
        "/a?b=c         | /a           | /a         | b=c",
        "/a?            | /a           | /a         | ''",
        "/a?b?c         | /a           | /a         | b?c",
        "/?%zz=%        | /            | /          | %zz=%",
        "//a//b/        | //a//b/      | //a//b/    | ''",
        "/a/../b/.      | /a/../b/.    | /a/../b/.  | ''",
        "/http://x      | /http://x    | /http://x  | ''",
        "/a%20b         | /a b         | /a%20b     | ''",
        "/%41%62        | /Ab          | /%41%62    | ''",
        "/%2f%3F%25     | //?%         | /%2f%3F%25 | ''",
        "/%c3%A9        | /\u00e9      | /%c3%A9    | ''",
        "/%f0%9f%90%be/ | /\ud83d\udc3e/ | /%f0%9f%90%be/ | ''",
        "/%ff           | /\ufffd      | /%ff       | ''",
        "/a+b           | /a+b         | /a+b       | ''",
      })
  void read_originForm_splitsAndDecodes(String sent, String path, String rawPath, String query)
      throws Refusal {
    read("GET", sent);

    assertThat(target.path().decoded()).isEqualTo(path);
    assertThat(target.path().raw()).isEqualTo(rawPath);
    assertThat(target.path().query()).isEqualTo(query);
    assertThat(target.authority()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://a/b           | a        | /b | ''",
        "http://a:8/b?c       | a:8      | /b | c",
        "HTTP://A.b/          | A.b      | /  | ''",
        "https://a/b          | a        | /b | ''",
        "http://a             | a        | /  | ''",
        "http://a?q           | a        | /  | q",
        "http://[::1]:8000/x  | [::1]:8000 | /x | ''",
        "http://a/b/http://c/ | a        | /b/http://c/ | ''",
      })
  void read_absoluteForm_givesItsAuthority(
      String sent, String authority, String rawPath, String query) throws Refusal {
    read("GET", sent);

    assertThat(target.authority()).isEqualTo(authority);
    assertThat(target.path().raw()).isEqualTo(rawPath);
    assertThat(target.path().query()).isEqualTo(query);
  }

  @Test
  void read_asterisk_isForOptions() throws Refusal {
    read("OPTIONS", "*");

    assertThat(target.path().decoded()).isEqualTo("*");
    assertThat(target.path().raw()).isEqualTo("*");
    assertThat(target.path().query()).isEmpty();
  }

  /** RFC 9112, section 3.2.4. */
  @Test
  void read_absoluteFormWithoutPath_isAnAsteriskForOptions() throws Refusal {
    read("OPTIONS", "http://a:8");

    assertThat(target.path().raw()).isEqualTo("*");
    assertThat(target.authority()).isEqualTo("a:8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "a",
        "a/b",
        "?q",
        "a:80",
        "http:/a",
        "http:a",
        "http://",
        "http:///b",
        "http://?q",
        "http://u@a/",
        "http://u:p@a/",
        "http://a:x/",
        "http://[::1/",
        "ftp://a/",
        "httpx://a/",
        "https:/a/b/c",
        "**",
        "%2f"
      })
  void read_noneOfTheForms_isMalformed(String sent) {
    assertRefused(400, "GET", sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/%", "/%4", "/a%", "/%zz", "/%4g", "/%g4", "/%%41", "/% 1", "/%+1", "/%-1"})
  void read_brokenPercentEncoding_isMalformed(String sent) {
    assertRefused(400, "GET", sent);
  }

  @Test
  void read_connect_isNotImplemented() {
    assertRefused(501, "CONNECT", "a:80");
  }

  @Test
  void read_theSameAgain_meansTheSame() throws Refusal {
    read("GET", "http://a/b%20c?d");
    target.reset();
    read("PUT", "http://a/b%20c?d");

    assertThat(target.path().decoded()).isEqualTo("/b c");
    assertThat(target.path().query()).isEqualTo("d");
    assertThat(target.authority()).isEqualTo("a");
  }

  @Test
  void read_afterAbsoluteForm_hasNoAuthority() throws Refusal {
    read("GET", "http://a/b");
    target.reset();
    read("GET", "/b");

    assertThat(target.authority()).isNull();
  }

  @Test
  void read_asteriskForAnotherMethod_isMalformedAlthoughItWasGoodBefore() throws Refusal {
    read("OPTIONS", "*");
    target.reset();

    assertRefused(400, "GET", "*");
  }

  @Test
  void read_malformedTwice_isMalformedTwice() {
    assertRefused(400, "GET", "/%zz", "/%zz");
  }

  @Test
  void read_afterARefusal_doesNotMixTheTwo() throws Refusal {
    read("GET", "/a?b");
    target.reset();
    assertRefused(400, "GET", "/c%zz?d");
    target.reset();
    read("GET", "/a?b");

    assertThat(target.path().decoded()).isEqualTo("/a");
    assertThat(target.path().query()).isEqualTo("b");
  }

  @Test
  void reset_leavesNothingToSay() throws Refusal {
    read("GET", "/a?b");
    target.reset();

    assertThat(target.path().decoded()).isEqualTo("-");
    assertThat(target.path().raw()).isEqualTo("-");
    assertThat(target.path().query()).isEmpty();
  }

  private void read(String method, String sent) throws Refusal {
    byte[] octets = ("GET " + sent + " HTTP/1.1").getBytes(ISO_8859_1);
    target.read(octets, 4, 4 + sent.length(), method);
  }

  private void assertRefused(int status, String method, String... sent) {
    for (String one : sent) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> read(method, one))
          .extracting(Refusal::status)
          .isEqualTo(status);
    }
  }
}
