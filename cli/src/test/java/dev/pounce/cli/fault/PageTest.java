package dev.pounce.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Server;
import dev.pounce.server.StartupException;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  private static final String MESSAGE =
      """
      Hello.java:3: error: cannot find symbol
      String s = "<script>alert('1 & 2')</script>" + x;
                                                    ^
      1 error
      """;

  private final Server server =
      new Server(
          ServerConfig.builder().port(0).healthCheckPath("/health").build(),
          Page.of(new Fault("Hello.java", MESSAGE, true, null)));

  @BeforeEach
  void start() throws StartupException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void browser_getsAPageThatAsksAgain() throws IOException {
    RawResponse response = get("/any/path", BROWSER);

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.header("content-type")).contains("text/html; charset=utf-8");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.text())
        .contains(
            "<meta http-equiv=\"refresh\" content=\"1\">", "<h1>Hello.java does not compile</h1>");
  }

  @Test
  void page_sourceWithMarkup_isEscaped() throws IOException {
    assertThat(get("/", BROWSER).text())
        .contains("&quot;&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;&quot; + x;\n")
        .doesNotContainIgnoringCase("<script");
  }

  @Test
  void page_policy_allowsItsOwnStyleAndNothingElse() throws Exception {
    RawResponse response = get("/", BROWSER);
    String style = response.text().replaceFirst("(?s).*<style>(.*)</style>.*", "$1");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));

    assertThat(response.header("content-security-policy").orElseThrow())
        .startsWith("default-src 'none'; ")
        .contains("style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "';");
    assertThat(style).contains("prefers-color-scheme: dark");
    assertThat(response.text()).doesNotContain("src=", "href=", "url(", "style=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/json",
        "text/plain, text/html;q=0.9",
        "text/html;q=0, */*",
        "text/html;q=x"
      })
  void others_getPlainText(String accept) throws IOException {
    RawResponse response = get("/", accept);

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.text()).isEqualTo("Hello.java does not compile\n\n" + MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "text/*;q=0.5, TEXT/HTML ; q=0.6", "text/plain;q=0.1, */*"})
  void whoPrefersIt_getsThePage(String accept) throws IOException {
    assertThat(get("/", accept).text()).startsWith("<!DOCTYPE html>");
  }

  @Test
  void healthCheck_answersAsEver() throws IOException {
    assertThat(get("/health", BROWSER).status()).isEqualTo(200);
  }

  private RawResponse get(String path, String accept) throws IOException {
    try (RawClient client = RawClient.connect(server.port())) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n")
          .readResponse();
    }
  }
}
