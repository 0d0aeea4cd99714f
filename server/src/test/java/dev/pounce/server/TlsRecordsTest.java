package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.config.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes into TLS comes out of it, however it is cut into records, and these into segments. */
@Timeout(60)
class TlsRecordsTest {

  private static final String HEAD = "POST /%d HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n";

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}: {2} octets, records up to {3}, segments up to {4}")
  @CsvSource({
    "TLSv1.3, 1, 3000, 1, 1",
    "TLSv1.2, 2, 3000, 1, 1",
    "TLSv1.3, 3, 3000, 1, 100000",
    "TLSv1.2, 4, 30000, 16384, 1",
    "TLSv1.3, 5, 30000, 16384, 1",
    "TLSv1.3, 6, 500000, 300, 40",
    "TLSv1.2, 7, 500000, 9000, 5000",
    "TLSv1.3, 8, 3000000, 16384, 20000",
    "TLSv1.3, 9, 3000000, 16384, 100000"
  })
  void bodies_comeBackAsTheyWere(String version, int seed, int size, int record, int segment)
      throws Exception {
    Random random = new Random(seed);
    byte[] body = new byte[size];
    random.nextBytes(body);
    Secured.write(folder);
    try (Running server =
            Running.serve(
                Http.app(request -> Response.bytes("application/octet-stream", request.bytes())),
                Secured.settings(folder).andThen(s -> s.maxRequestSize(ByteSize.mib(8))));
        Splitter splitter = new Splitter(server.port(), segment, random);
        SSLSocket client =
            (SSLSocket)
                Secured.client().getSocketFactory().createSocket("127.0.0.1", splitter.port())) {
      client.setEnabledProtocols(new String[] {version});
      for (int i = 0; i < 2; i++) {
        send(client, String.format(HEAD, i, size).getBytes(ISO_8859_1), record, random);
        send(client, body, record, random);
        assertThat(Arrays.equals(response(client.getInputStream(), size), body)).isTrue();
      }
    }
  }

  private static void send(SSLSocket client, byte[] octets, int record, Random random)
      throws IOException {
    OutputStream out = client.getOutputStream();
    for (int at = 0; at < octets.length; ) {
      int count = Math.min(octets.length - at, 1 + random.nextInt(record));
      out.write(octets, at, count);
      at += count;
    }
  }

  private static byte[] response(InputStream in, int size) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    assertThat(head).startsWith("HTTP/1.1 200 OK");
    return in.readNBytes(size);
  }

  /** Passes on what comes, in both directions, in pieces. */
  private static final class Splitter implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final int segment;
    private final long seed;
    private final Thread thread;

    Splitter(int port, int segment, Random random) throws IOException {
      this.segment = segment;
      this.seed = random.nextLong();
      this.thread = Thread.ofPlatform().start(() -> run(port));
    }

    int port() {
      return door.getLocalPort();
    }

    private void run(int port) {
      try (Socket client = door.accept();
          Socket server = new Socket("127.0.0.1", port)) {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread back = Thread.ofPlatform().start(() -> pass(server, client));
        pass(client, server);
        back.join();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private void pass(Socket from, Socket to) {
      Random random = new Random(seed);
      byte[] piece = new byte[segment];
      try {
        int wanted = segment;
        for (int count = from.getInputStream().read(piece, 0, wanted);
            count >= 0;
            count = from.getInputStream().read(piece, 0, wanted)) {
          to.getOutputStream().write(piece, 0, count);
          wanted = 1 + random.nextInt(segment);
        }
        to.shutdownOutput();
      } catch (IOException e) {
        // one of them is gone
      }
    }

    @Override
    public void close() throws Exception {
      door.close();
      thread.join();
    }
  }
}
