package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pounce.bench.load.Asked.Fate;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * A client that keeps its connection as long as it may, asks for one thing after the other, and
 * asks for nothing twice. Used by one thread.
 */
final class Client implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WITNESSED = "witnessed";

  private final int port;
  private final Random random;
  private Socket socket = new Socket();
  private boolean connected;
  private InputStream in = InputStream.nullInputStream();
  private long opened;
  private long answered;
  private long pid;

  Client(int port, Random random) {
    this.port = port;
    this.random = random;
  }

  /** One request, and the answer that is right. */
  private record Question(String name, String head, String body, String answer) {}

  private Question next() {
    int choice = random.nextInt(100);
    if (choice < 60) {
      return get("/");
    } else if (choice < 90) {
      String body = "x".repeat(1 + random.nextInt(8_000));
      String head =
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n";
      return new Question("POST /", head, body, body);
    }
    return get(choice < 95 ? "/slow" : "/stream");
  }

  private static Question get(String path) {
    String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    return new Question("GET " + path, head, "", WITNESSED);
  }

  /**
   * Makes a connection if there is none.
   *
   * @throws IOException if nobody takes it
   */
  void connect() throws IOException {
    if (connected) {
      return;
    }
    opened = System.nanoTime();
    answered = opened;
    pid = 0;
    var made = new Socket();
    try {
      made.setTcpNoDelay(true);
      made.setSoTimeout((int) PATIENCE.toMillis());
      made.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      in = new BufferedInputStream(made.getInputStream());
      socket = made;
      connected = true;
    } catch (IOException refused) {
      made.close();
      throw refused;
    }
  }

  /** Sends one request over the connection that there is, and waits for the end of it. */
  Asked ask() throws IOException {
    var question = next();
    long sent = 0;
    var fate = Fate.CUT;
    String detail;
    try {
      send(question);
      sent = System.nanoTime();
      detail = answer(question);
      fate = detail.isEmpty() ? Fate.ANSWERED : refused(detail) ? Fate.REFUSED : Fate.WRONG;
    } catch (IOException cut) {
      detail = cut.toString();
      drop();
    }
    long ended = System.nanoTime();
    var asked =
        new Asked(
            question.name, opened, answered, sent == 0 ? ended : sent, ended, pid, fate, detail);
    answered = ended;
    return asked;
  }

  private static boolean refused(String detail) {
    return detail.startsWith("HTTP/1.1 503 ");
  }

  /** A body comes by itself as often as not. */
  private void send(Question question) throws IOException {
    var out = socket.getOutputStream();
    if (question.body.isEmpty() || random.nextBoolean()) {
      out.write((question.head + question.body).getBytes(ISO_8859_1));
    } else {
      out.write(question.head.getBytes(ISO_8859_1));
      out.write(question.body.getBytes(ISO_8859_1));
    }
  }

  /** Reads an answer; empty if it is the right one. */
  private String answer(Question question) throws IOException {
    String status = readLine();
    int length = -1;
    boolean last = false;
    long answering = 0;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      switch (line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "connection" -> last = value.equalsIgnoreCase("close");
        case "worker-pid" -> answering = Long.parseLong(value);
        default -> {}
      }
    }
    String body = length >= 0 ? read(length) : readChunks();
    pid = answering == 0 ? pid : answering;
    if (last) {
      drop();
    }
    return status.startsWith("HTTP/1.1 200 ") && body.equals(question.answer)
        ? ""
        : status + ", " + body.length() + " octets";
  }

  private String readChunks() throws IOException {
    var body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(readLine(), 16);
      body.append(read(size));
      readLine();
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private String read(int length) throws IOException {
    byte[] octets = in.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException("the end after " + octets.length + " of " + length + " octets");
    }
    return new String(octets, ISO_8859_1);
  }

  private String readLine() throws IOException {
    var line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the end in \"" + line + "\"");
      }
      line.append((char) octet);
    }
    return line.toString().stripTrailing();
  }

  private void drop() throws IOException {
    connected = false;
    socket.close();
  }

  @Override
  public void close() throws IOException {
    drop();
  }
}
