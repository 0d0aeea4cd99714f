package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/**
 * A client whose first record comes in two pieces, and in between the test goes on: what it sends
 * goes through a connection of its own first.
 */
final class SlowStart implements AutoCloseable {

  private static final int FEW = 40;

  private final ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Socket wire;
  private final Socket inner;
  private final SSLSocket client;
  private final Thread speaking;
  private final StringBuilder heard = new StringBuilder();
  private volatile String request = "";

  SlowStart(Socket wire) throws Exception {
    this.wire = wire;
    this.client =
        (SSLSocket)
            Trusting.client()
                .getSocketFactory()
                .createSocket(relay.getInetAddress(), relay.getLocalPort());
    this.inner = relay.accept();
    this.speaking = Thread.ofPlatform().unstarted(this::speak);
  }

  private void speak() {
    try {
      client.startHandshake();
      client.getOutputStream().write(request.getBytes(ISO_8859_1));
      heard.append(new String(client.getInputStream().readAllBytes(), ISO_8859_1));
    } catch (IOException e) {
      heard.append(e);
    }
  }

  void sendHalfOfTheHello() throws IOException {
    request = Requests.get("/", "Connection: close");
    speaking.start();
    wire.getOutputStream().write(inner.getInputStream().readNBytes(FEW));
  }

  /** Sends the rest, and gives what comes back. */
  String finish() throws Exception {
    Thread there = relay(inner, wire);
    Thread back = relay(wire, inner);
    speaking.join();
    wire.close();
    inner.close();
    there.join();
    back.join();
    return heard.toString();
  }

  private static Thread relay(Socket from, Socket to) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
          } catch (IOException e) {
            // the end
          }
        });
  }

  @Override
  public void close() throws IOException {
    client.close();
    inner.close();
    relay.close();
  }
}
