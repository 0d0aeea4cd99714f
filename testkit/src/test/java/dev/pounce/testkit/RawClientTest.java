package dev.pounce.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawClientTest {

  private ServerSocket listener;
  private RawClient client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    client = RawClient.connect(listener.getLocalPort(), Duration.ofMillis(200));
    server = listener.accept();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
    listener.close();
  }

  @Test
  void send_sendsTheBytesAsTheyStand() throws IOException {
    client.send("GET / HTTP/1.1\r\n\0\u00ff").finishSending();

    assertThat(server.getInputStream().readAllBytes())
        .isEqualTo("GET / HTTP/1.1\r\n\0\u00ff".getBytes(ISO_8859_1));
  }

  @Test
  void readResponse_readsTheParts() throws IOException {
    answer("HTTP/1.1 418 I'm a teapot\r\nA: 1\r\nb:2 \r\nContent-Length: 3\r\n\r\nabcNEXT");

    RawResponse response = client.readResponse();

    assertThat(response.version()).isEqualTo("HTTP/1.1");
    assertThat(response.status()).isEqualTo(418);
    assertThat(response.reason()).isEqualTo("I'm a teapot");
    assertThat(response.header("a")).contains("1");
    assertThat(response.header("B")).contains("2");
    assertThat(response.header("c")).isEmpty();
    assertThat(response.text()).isEqualTo("abc");
    assertThat(client.readExactly(4)).isEqualTo("NEXT".getBytes(ISO_8859_1));
  }

  @Test
  void readResponse_chunked_joinsTheChunks() throws IOException {
    answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=y\r\n0123456789\r\n"
            + "0\r\nTrailer: t\r\n\r\n");

    assertThat(client.readResponse().text()).isEqualTo("abc0123456789");
  }

  @Test
  void readResponse_unframed_readsToTheEnd() throws IOException {
    answer("HTTP/1.0 200 OK\r\n\r\nto the end");
    server.shutdownOutput();

    assertThat(client.readResponse().text()).isEqualTo("to the end");
  }

  @Test
  void readResponse_ofAStatusWithoutBody_readsNone() throws IOException {
    answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");

    assertThat(client.readResponse().status()).isEqualTo(100);
    assertThat(client.readResponse().status()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nA : 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\na\r\n",
      })
  void readResponse_thatBreaksTheFraming_fails(String response) throws IOException {
    answer(response);

    assertThatThrownBy(client::readResponse).isInstanceOf(ProtocolException.class);
  }

  @Test
  void readResponse_cutShort_fails() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc");
    server.shutdownOutput();

    assertThatThrownBy(client::readResponse)
        .isInstanceOf(EOFException.class)
        .hasMessage("closed after 3 of 4 bytes");
  }

  @Test
  void readResponse_thatDoesNotCome_timesOut() {
    assertThatThrownBy(client::readResponse).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void isClosedByServer_tellsEndResetAndNeither() throws IOException {
    assertThat(client.isClosedByServer()).isFalse();

    server.setSoLinger(true, 0);
    server.close();
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
  }

  private void answer(String text) throws IOException {
    server.getOutputStream().write(text.getBytes(ISO_8859_1));
  }
}
