package dev.pounce.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real openssl. */
public final class OpenSsl {

  private OpenSsl() {}

  /** Has it do something in a folder. */
  public static void run(Path folder, String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("openssl"));
    words.addAll(List.of(command.split(" ")));
    Process process =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), ISO_8859_1);
      assertThat(process.waitFor()).as(command + "\n" + said).isZero();
    }
  }

  /** A new self-signed certificate, {@code cert.pem} and {@code key.pem}, with a kind of key. */
  public static void certificate(Path folder, String newkey) throws Exception {
    run(
        folder,
        "req -x509 -noenc -newkey "
            + newkey
            + " -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
            + " -addext subjectAltName=DNS:localhost,IP:127.0.0.1");
  }

  /** A client, to be talked through. */
  static final class Client implements AutoCloseable {

    private final Process process;
    private final StringBuilder said = new StringBuilder();

    Client(int port, String... options) throws IOException {
      List<String> words = new ArrayList<>(List.of("openssl", "s_client"));
      words.addAll(List.of("-connect", "127.0.0.1:" + port, "-servername", "localhost"));
      words.addAll(List.of(options));
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    Client send(String text) {
      try {
        OutputStream in = process.getOutputStream();
        in.write(text.getBytes(ISO_8859_1));
        in.flush();
      } catch (IOException e) {
        // it has ended already, and said why
      }
      return this;
    }

    /** Reads until it has said this. */
    Client await(String text) throws IOException {
      for (int at = read(); at >= 0 && said.indexOf(text) < 0; at = read()) {}
      assertThat(said.toString()).contains(text);
      return this;
    }

    /** All that it says, until it ends because the server does. */
    String awaitEnd() throws Exception {
      for (int at = read(); at >= 0; at = read()) {}
      process.waitFor();
      return said.toString();
    }

    private int read() throws IOException {
      int next = process.getInputStream().read();
      if (next >= 0) {
        said.append((char) next);
      }
      return next;
    }

    @Override
    public void close() throws Exception {
      process.destroyForcibly().waitFor();
      process.getInputStream().close();
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // what it was to read is of no interest any more
      }
    }
  }
}
