package dev.pounce.server.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.Requests;
import dev.pounce.server.Running;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first octets of a connection, which say what is spoken on it. */
@Timeout(60)
class GreetingTest {

  private static final Application APP =
      Http.app(r -> Response.text(r.method() + " " + r.scope().httpVersion() + " " + r.text()));

  private static byte[] conversation() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Frame.PREFACE.getBytes(ISO_8859_1));
    all.writeBytes(Client.octets(Frame.SETTINGS, 0, 0));
    all.writeBytes(
        Client.octets(
            Frame.HEADERS,
            Frame.END_HEADERS | Frame.END_STREAM,
            1,
            Fields.of("GET", "/").octets()));
    return all.toByteArray();
  }

  @Test
  void preface_splitAnywhere_isSeen() throws Exception {
    byte[] all = conversation();
    try (Running server = Running.serve(APP)) {
      for (int at = 1; at < all.length; at++) {
        try (Client client = Client.silent(server)) {
          client.raw(Arrays.copyOf(all, at));
          client.raw(Arrays.copyOfRange(all, at, all.length));
          assertThat(client.whole(1).text()).as("split at %d", at).isEqualTo("GET 2 ");
        }
      }
    }
  }

  @Test
  void preface_octetByOctet_isSeen() throws Exception {
    try (Running server = Running.serve(APP);
        Client client = Client.silent(server)) {
      for (byte octet : conversation()) {
        client.raw(new byte[] {octet});
      }
      assertThat(client.whole(1).text()).isEqualTo("GET 2 ");
    }
  }

  /** More than any buffer holds that what comes first is read into. */
  @Test
  void preface_withMuchBehindIt_isSeen() throws Exception {
    try (Running server = Running.serve(APP);
        Client client = Client.silent(server)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(conversation());
      all.writeBytes(
          Client.octets(Frame.HEADERS, Frame.END_HEADERS, 3, Fields.of("POST", "/").octets()));
      for (int i = 0; i < 10; i++) {
        byte[] piece = new byte[16_000];
        Arrays.fill(piece, (byte) 'x');
        all.writeBytes(Client.octets(Frame.DATA, i == 9 ? Frame.END_STREAM : 0, 3, piece));
      }
      client.raw(all.toByteArray());
      assertThat(client.whole(3).text()).hasSize(160_007);
      assertThat(client.whole(1).text()).isEqualTo("GET 2 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROPFIND", "PRI", "P", "PR", "PRIX"})
  void methodThatBeginsLikeThePreface_isHttp1(String method) throws Exception {
    try (Running server = Running.serve(APP);
        RawClient client = server.connect()) {
      client.send(method + " / HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.readResponse().text()).isEqualTo(method + " 1.1 ");
      client.send(Requests.get("/"));
      assertThat(client.readResponse().text()).isEqualTo("GET 1.1 ");
    }
  }

  @Test
  void preface_behindAnEmptyLine_isRefused() throws Exception {
    try (Running server = Running.serve(APP);
        RawClient client = server.connect()) {
      client.send("\r\n" + Frame.PREFACE);
      assertThat(client.readResponse().status()).isEqualTo(505);
    }
  }

  @Test
  void preface_behindARequestOfHttp1_isRefused() throws Exception {
    try (Running server = Running.serve(APP);
        RawClient client = server.connect()) {
      client.send(Requests.get("/") + Frame.PREFACE);
      assertThat(client.readResponse().text()).isEqualTo("GET 1.1 ");
      assertThat(client.readResponse().status()).isEqualTo(505);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"})
  void preface_thatIsNone_endsTheConnection(String preface) throws Exception {
    try (Running server = Running.serve(APP);
        Client client = Client.silent(server)) {
      client.raw(preface.getBytes(ISO_8859_1));
      Received end = client.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(end.debug()).isEqualTo("no HTTP/2 preface");
      server.awaitLogged("\"- - ");
    }
  }

  @Test
  void firstFrame_isNoSettings_endsTheConnection() throws Exception {
    try (Running server = Running.serve(APP);
        Client client = Client.silent(server)) {
      client.raw(Frame.PREFACE.getBytes(ISO_8859_1)).ping(1);
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void firstFrame_onlyAcknowledgesSettings_endsTheConnection() throws Exception {
    try (Running server = Running.serve(APP);
        Client client = Client.silent(server).mute()) {
      client.raw(Frame.PREFACE.getBytes(ISO_8859_1)).frame(Frame.SETTINGS, Frame.ACK, 0);
      assertThat(client.awaitEnd().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void upgradeToH2c_isIgnored() throws Exception {
    try (Running server = Running.serve(APP);
        RawClient client = server.connect()) {
      client.send(
          Requests.get(
              "/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: "));
      RawResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("GET 1.1 ");
      assertThat(client.send(Requests.get("/")).readResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void preface_http2IsOff_isRefused() throws Exception {
    try (Running server = Running.serve(APP, s -> s.http2(false));
        RawClient client = server.connect()) {
      assertThat(client.send(Frame.PREFACE).readResponse().status()).isEqualTo(505);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
