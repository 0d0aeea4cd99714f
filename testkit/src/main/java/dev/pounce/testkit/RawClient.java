package dev.pounce.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client that sends exactly the bytes it is given and reads strictly what comes back.
 *
 * <p>Strings are sent and read as ISO-8859-1, one byte a character. Every wait for the server ends
 * with a {@link SocketTimeoutException} when the timeout has passed; a response that breaks the
 * framing rules of RFC 9112 is a {@link ProtocolException}.
 */
public final class RawClient implements AutoCloseable {

  private static final Pattern STATUS_LINE = Pattern.compile("(HTTP/1\\.[01]) (\\d{3}) (.*)");
  private static final Pattern FIELD_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,8})(;.*)?");

  private static volatile @Nullable SSLSocketFactory secure;

  private final Socket wire;
  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket wire, Socket socket) throws IOException {
    this.wire = wire;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Has clients to come speak TLS: what is sent and read is what is inside.
   *
   * @param factory of their sockets, or null for clients without TLS
   */
  public static void secure(@Nullable SSLSocketFactory factory) {
    secure = factory;
  }

  /** Connects to the port on the loopback address, with a timeout of 5 s. */
  public static RawClient connect(int port) throws IOException {
    return connect(port, Duration.ofSeconds(5));
  }

  /** Connects to the port on the loopback address. */
  public static RawClient connect(int port, Duration timeout) throws IOException {
    return connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), timeout);
  }

  /** Connects to the address; the timeout holds for the connect and for every read. */
  public static RawClient connect(InetSocketAddress address, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      socket.connect(address, Math.toIntExact(timeout.toMillis()));
      SSLSocketFactory factory = secure;
      return new RawClient(
          socket,
          factory == null
              ? socket
              : factory.createSocket(socket, "localhost", address.getPort(), true));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The socket itself, for what this class does not offer. */
  public Socket socket() {
    return socket;
  }

  /** Sends the text as it stands: line ends are the caller's. */
  public RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  /** Sends the bytes at once. */
  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Tells the server that nothing more will be sent; reading goes on. */
  public RawClient finishSending() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes the connection with a reset, as a client that crashes does. */
  public void reset() throws IOException {
    wire.setSoLinger(true, 0);
    wire.close();
  }

  /** Reads the response to a request that was not HEAD; an interim response (1xx) is one too. */
  public RawResponse readResponse() throws IOException {
    RawResponse head = readHead();
    return new RawResponse(
        head.version(), head.status(), head.reason(), head.headers(), readBody(head));
  }

  /** Reads status line and header lines alone: the response to HEAD, or the start of a stream. */
  public RawResponse readHead() throws IOException {
    String statusLine = readLine();
    Matcher status = STATUS_LINE.matcher(statusLine);
    if (!status.matches()) {
      throw new ProtocolException("not a status line: " + statusLine);
    }
    return new RawResponse(
        status.group(1),
        Integer.parseInt(status.group(2)),
        status.group(3),
        readFields(),
        new byte[0]);
  }

  /** Reads the next chunk of a chunked body; the last one is empty. */
  public byte[] readChunk() throws IOException {
    String line = readLine();
    Matcher size = CHUNK_SIZE.matcher(line);
    if (!size.matches()) {
      throw new ProtocolException("not a chunk size: " + line);
    }
    byte[] chunk = readExactly(Integer.parseUnsignedInt(size.group(1), 16));
    if (chunk.length == 0) {
      readFields();
    } else if (!readLine().isEmpty()) {
      throw new ProtocolException("no line end after a chunk");
    }
    return chunk;
  }

  /** Reads exactly so many bytes. */
  public byte[] readExactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("closed after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  /** Reads all that comes until the server closes. */
  public String readAll() throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  /**
   * Whether the server has closed the connection, or closes it within the timeout, in order or with
   * a reset.
   *
   * @throws ProtocolException if bytes come instead
   */
  public boolean isClosedByServer() throws IOException {
    try {
      int next = in.read();
      if (next >= 0) {
        throw new ProtocolException("wanted the end, got byte " + next);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException | SSLHandshakeException e) {
      return true;
    }
  }

  /** Leaves at once: to close a socket of TLS would be to read on while something comes. */
  @Override
  public void close() throws IOException {
    try (wire) {
      if (socket != wire && !wire.isClosed() && !socket.isOutputShutdown()) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      // the server has left before: there is nobody to take leave of
    }
  }

  private byte[] readBody(RawResponse head) throws IOException {
    List<String> lengths = head.headers("Content-Length");
    List<String> codings = head.headers("Transfer-Encoding");
    if (head.status() < 200 || head.status() == 204 || head.status() == 304) {
      return new byte[0];
    }
    if (lengths.size() + codings.size() > 1) {
      throw new ProtocolException("framed more than once: " + head.headers());
    }
    if (!lengths.isEmpty()) {
      return readExactly(length(lengths.getFirst()));
    }
    if (!codings.isEmpty()) {
      if (!codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new ProtocolException("Transfer-Encoding: " + codings.getFirst());
      }
      return readChunks();
    }
    return in.readAllBytes();
  }

  private static int length(String text) throws ProtocolException {
    if (!text.matches("\\d{1,9}")) {
      throw new ProtocolException("Content-Length: " + text);
    }
    return Integer.parseInt(text);
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
      body.write(chunk);
    }
    return body.toByteArray();
  }

  private List<RawResponse.Field> readFields() throws IOException {
    List<RawResponse.Field> fields = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      Matcher field = FIELD_LINE.matcher(line);
      if (!field.matches()) {
        throw new ProtocolException("not a header line: " + line);
      }
      fields.add(new RawResponse.Field(field.group(1), field.group(2)));
    }
    return List.copyOf(fields);
  }

  /** One line without its CRLF; a bare CR or LF is an error. */
  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed in the line: \"" + line + "\"");
      }
      if (next == '\n') {
        throw new ProtocolException("bare LF after: \"" + line + "\"");
      }
      line.append((char) next);
    }
    if (in.read() != '\n') {
      throw new ProtocolException("bare CR after: \"" + line + "\"");
    }
    return line.toString();
  }
}
