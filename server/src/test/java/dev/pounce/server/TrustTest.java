package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Header;
import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import dev.pounce.server.config.Network;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose word is taken for who the client is; the peer of every test is on the loopback address. */
@Timeout(60)
class TrustTest {

  private static final String[] FORWARDED = {
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: shop.example:8443",
    "X-Forwarded-Port: 8443",
    "X-Forwarded-Server: proxy",
    "Forwarded: for=203.0.113.7;proto=https;host=shop.example"
  };

  /** What the application saw: client, scheme, all Host fields, and what stands for a proxy. */
  private static Response seen(Request request) {
    List<String> proxied = new ArrayList<>();
    for (Header header : request.headers()) {
      if (header.name().toLowerCase(Locale.ROOT).contains("forwarded")) {
        proxied.add(header.name());
      }
    }
    return Response.text(
        String.join(
            "|",
            String.valueOf(request.client()),
            request.scope().scheme(),
            String.join("+", request.headers().all("host")),
            String.join("+", proxied)));
  }

  private static Running serve(String... trusted) throws StartupException {
    return serve("127.0.0.1", trusted);
  }

  private static Running serve(String host, String[] trusted) throws StartupException {
    List<Network> networks = List.of(trusted).stream().map(Network::parse).toList();
    return Running.serve(
        Http.app(TrustTest::seen), settings -> settings.host(host).trustedHosts(networks));
  }

  private static String ask(Running server, String... fields) throws IOException {
    try (RawClient client = server.connect()) {
      return client.send(get("/", fields)).readResponse().text();
    }
  }

  private static String clientOf(Running server, String... fields) throws IOException {
    return ask(server, fields).split("\\|")[0];
  }

  @Test
  void peer_byDefault_isNotTrusted() throws Exception {
    try (Running server = Running.serve(Http.app(TrustTest::seen));
        RawClient client = server.connect().send(get("/", FORWARDED))) {
      String self = "127.0.0.1:" + client.socket().getLocalPort();
      assertThat(client.readResponse().text()).isEqualTo(self + "|http|localhost|");
      assertThat(server.awaitLogged("GET")).startsWith(self + " - ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.0/8", "127.0.0.1/32", "0.0.0.0/0", "*"})
  void peer_isTrusted_itsWordIsTaken(String trusted) throws Exception {
    try (Running server = serve("10.9.8.7", trusted)) {
      // with every address trusted, the leftmost one is as good as any
      assertThat(ask(server, FORWARDED)).startsWith("203.0.113.7|https|shop.example:8443|");
      assertThat(server.awaitLogged("GET")).startsWith("203.0.113.7 - ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.2", "127.0.1.0/24", "10.0.0.0/8", "::1", "::/0", "203.0.113.7"})
  void peer_isNotAmongTheTrusted_itsFieldsAreStripped(String trusted) throws Exception {
    try (Running server = serve(trusted)) {
      assertThat(ask(server, FORWARDED)).startsWith("127.0.0.1:").endsWith("|http|localhost|");
    }
  }

  @Test
  void strip_namesInAnyCase_areFound() throws Exception {
    try (Running server = serve()) {
      String seen =
          ask(
              server,
              "x-forwarded-for: 6.6.6.6",
              "X-FORWARDED-HOST: evil.example",
              "x-ForWarded-Proto: https",
              "fOrWaRdEd: for=6.6.6.6",
              "X-Forwarded-: odd");
      assertThat(seen).startsWith("127.0.0.1:").endsWith("|http|localhost|");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "::/64", "*"})
  void peer_onIpv6_isTrustedByAddressAndBlock(String trusted) throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    try (Running server = serve("::1", new String[] {trusted});
        RawClient client =
            RawClient.connect(
                new InetSocketAddress(loopback, server.port()), Duration.ofSeconds(5))) {
      client.send(get("/", "X-Forwarded-For: 2001:db8::7"));
      assertThat(client.readResponse().text()).startsWith("2001:db8:0:0:0:0:0:7|");
    }
  }

  @Test
  void peer_onIpv6NotTrusted_isTheClient() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    try (Running server = serve("::1", new String[] {"::2", "2001:db8::/32", "127.0.0.1"});
        RawClient client =
            RawClient.connect(
                new InetSocketAddress(loopback, server.port()), Duration.ofSeconds(5))) {
      client.send(get("/", "X-Forwarded-For: 2001:db8::7"));
      assertThat(client.readResponse().text())
          .startsWith("[0:0:0:0:0:0:0:1]:" + client.socket().getLocalPort() + "|");
    }
  }

  @Test
  void peer_onIpv4OfASocketForBoth_isTrustedByItsIpv4Address() throws Exception {
    try (Running server = serve("::", new String[] {"127.0.0.1"})) {
      assertThat(clientOf(server, "X-Forwarded-For: 203.0.113.7")).isEqualTo("203.0.113.7");
    }
    try (Running server = serve("::", new String[] {"::/0"})) {
      assertThat(clientOf(server, "X-Forwarded-For: 203.0.113.7")).startsWith("127.0.0.1:");
    }
  }

  @Test
  void log_refusedRequestFromATrustedPeer_namesTheClientNotTheProxy() throws Exception {
    try (Running server = serve("127.0.0.1");
        RawClient client = server.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.7\r\n"
              + "Content-Length: 99999999\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(413);
      assertThat(server.awaitLogged(" 413 ")).startsWith("203.0.113.7 - ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7 | 203.0.113.7",
        "203.0.113.7, 10.0.0.2 | 203.0.113.7",
        "203.0.113.7,10.0.0.2,10.0.0.3 | 203.0.113.7",
        "6.6.6.6, 203.0.113.7, 10.0.0.2 | 203.0.113.7",
        "10.0.0.1, 203.0.113.7, 10.0.0.2 | 203.0.113.7",
        "127.0.0.1, 203.0.113.7 | 203.0.113.7",
        "garbage, 203.0.113.7, 10.0.0.2 | 203.0.113.7",
        "10.0.0.1, 10.0.0.2 | 10.0.0.1",
        "203.0.113.7:4711, 10.0.0.2:80 | 203.0.113.7",
        "2001:db8::7, 10.0.0.2 | 2001:db8:0:0:0:0:0:7",
        "[2001:db8::7], 10.0.0.2 | 2001:db8:0:0:0:0:0:7",
        "[2001:db8::7]:4711, 10.0.0.2 | 2001:db8:0:0:0:0:0:7",
        "::ffff:203.0.113.7, 10.0.0.2 | 203.0.113.7",
        "203.0.113.7, ::ffff:10.0.0.2 | 203.0.113.7",
        "  203.0.113.7  ,   10.0.0.2 | 203.0.113.7"
      })
  void forwardedFor_isWalkedFromTheRightPastTrustedHops(String field, String client)
      throws Exception {
    try (Running server = serve("127.0.0.1", "10.0.0.0/8")) {
      assertThat(clientOf(server, "X-Forwarded-For: " + field)).isEqualTo(client);
    }
  }

  @Test
  void forwardedFor_severalFields_areOneList() throws Exception {
    try (Running server = serve("127.0.0.1", "10.0.0.0/8")) {
      assertThat(
              clientOf(
                  server,
                  "X-Forwarded-For: 6.6.6.6",
                  "X-Forwarded-For: 203.0.113.7, 10.0.0.3",
                  "X-Forwarded-For: 10.0.0.2"))
          .isEqualTo("203.0.113.7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "203.0.113.7, garbage",
        "203.0.113.7, unknown",
        "203.0.113.7, _hidden",
        "203.0.113.7,",
        "203.0.113.7, ,",
        "",
        "203.0.113.7, 1.2.3.4.5",
        "203.0.113.7, 256.1.1.1",
        "203.0.113.7, [::1",
        "203.0.113.7, localhost",
        "203.0.113.7, <script>",
        "203.0.113.7, 2001:db8:::1"
      })
  void forwardedFor_lastHopIsGarbage_thePeerIsTheClient(String field) throws Exception {
    try (Running server = serve("127.0.0.1", "10.0.0.0/8")) {
      assertThat(clientOf(server, "X-Forwarded-For: " + field)).startsWith("127.0.0.1:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.7, garbage, 10.0.0.2", "203.0.113.7, , 10.0.0.2"})
  void forwardedFor_garbageFurtherLeft_theLastTrustedHopIsTheClient(String field) throws Exception {
    try (Running server = serve("127.0.0.1", "10.0.0.0/8")) {
      assertThat(clientOf(server, "X-Forwarded-For: " + field)).isEqualTo("10.0.0.2");
    }
  }

  @Test
  void forwardedFor_missing_thePeerIsTheClient() throws Exception {
    try (Running server = serve("127.0.0.1")) {
      assertThat(ask(server, "X-Forwarded-Proto: https"))
          .startsWith("127.0.0.1:")
          .contains("|https|localhost|");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https, https",
    "HTTPS, https",
    "http, http",
    "ftp, http",
    "javascript, http",
    "'', http"
  })
  void forwardedProto_isTheSchemeIfItIsOne(String field, String scheme) throws Exception {
    try (Running server = serve("127.0.0.1")) {
      assertThat(ask(server, "X-Forwarded-Proto: " + field).split("\\|")[1]).isEqualTo(scheme);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example",
    "shop.example:8443, shop.example:8443",
    "[2001:db8::1]:80, [2001:db8::1]:80",
    "a b, localhost",
    "a/b, localhost",
    "user@host, localhost",
    "a:port, localhost",
    "<script>, localhost",
    "'', localhost"
  })
  void forwardedHost_takesThePlaceOfHostIfItIsOne(String field, String host) throws Exception {
    try (Running server = serve("127.0.0.1")) {
      assertThat(ask(server, "X-Forwarded-Host: " + field).split("\\|")[2]).isEqualTo(host);
    }
  }
}
