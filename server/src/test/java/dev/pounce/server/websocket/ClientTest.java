package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The JDK's own client, on a socket, with nothing but this package at the other end. */
class ClientTest {

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @Test
  void jdksClient_isAnsweredAndClosed() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.startVirtualThread(() -> serve(listener));
      try (HttpClient http = HttpClient.newHttpClient()) {
        WebSocket client =
            http.newWebSocketBuilder()
                .subprotocols("chat", "superchat")
                .buildAsync(URI.create("ws://127.0.0.1:" + listener.getLocalPort()), new Ear())
                .get(10, TimeUnit.SECONDS);
        assertThat(client.getSubprotocol()).isEqualTo("superchat");

        String large = "\u00e4".repeat(100_000);
        client.sendText("Hel", false).get(10, TimeUnit.SECONDS);
        client.sendText("lo", true).get(10, TimeUnit.SECONDS);
        assertThat(hear()).isEqualTo("text Hello");
        client.sendText(large, true).get(10, TimeUnit.SECONDS);
        assertThat(hear()).isEqualTo("text " + large);
        client.sendBinary(ByteBuffer.wrap(new byte[] {1, -1}), true).get(10, TimeUnit.SECONDS);
        assertThat(hear()).isEqualTo("binary 2");
        client.sendPing(ByteBuffer.wrap(new byte[125])).get(10, TimeUnit.SECONDS);
        assertThat(hear()).isEqualTo("pong 125");
        client.sendClose(3000, "bye").get(10, TimeUnit.SECONDS);
        assertThat(List.of(hear(), hear()))
            .containsExactlyInAnyOrder("close 3000 ", "outcome 3000 bye");
      }
      assertThat(server.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  private String hear() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private void serve(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      List<String> head = new ArrayList<>();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        head.add(line);
      }
      Handshake.checkVersion(values(head, "sec-websocket-version"));
      List<String> offered = Handshake.subprotocols(values(head, "sec-websocket-protocol"));
      String accept = Handshake.accept(values(head, "sec-websocket-key"));
      out.write(
          """
          HTTP/1.1 101 Switching Protocols\r
          Upgrade: websocket\r
          Connection: Upgrade\r
          Sec-WebSocket-Accept: %s\r
          Sec-WebSocket-Protocol: %s\r
          \r
          """
              .formatted(accept, offered.get(1))
              .getBytes(ISO_8859_1));
      converse(
          new Reader((octets, from, to) -> in.read(octets, from, to - from), 1 << 20, null),
          new Writer((octets, from, to) -> out.write(octets, from, to - from), null));
    } catch (IOException | Unacceptable | Failure e) {
      heard.add(e.toString());
    }
  }

  private void converse(Reader reader, Writer writer) throws IOException, Failure {
    Closing closing = new Closing(Duration.ofSeconds(10));
    while (!closing.isOver(System.nanoTime())) {
      switch (reader.read()) {
        case Message.Text text -> writer.text(text.text());
        case Message.Binary binary -> writer.binary(binary.octets());
        case Message.Ping ping -> writer.pong(ping.octets());
        case Message.Pong _ -> {}
        case Message.Close close -> {
          Message.Close reply = closing.received(close, System.nanoTime());
          if (reply != null && writer.close(reply)) {
            closing.sent(System.nanoTime());
          }
        }
      }
    }
    Message.Close outcome = closing.outcome();
    heard.add("outcome " + outcome.code() + " " + outcome.reason());
  }

  private static List<String> values(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  private final class Ear implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        heard.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      heard.add("binary " + part.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer octets) {
      heard.add("pong " + octets.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add("close " + code + " " + reason);
      return null;
    }
  }
}
