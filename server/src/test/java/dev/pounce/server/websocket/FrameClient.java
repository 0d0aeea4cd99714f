package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Running;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A client that opens a WebSocket by hand, sends what it is given, and sees every frame. */
public final class FrameClient implements AutoCloseable {

  /** What permessage-deflate leaves out at the end of a message. */
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final RawClient client;
  private final RawResponse head;
  private final Inflater inflater = new Inflater(true);

  private FrameClient(RawClient client, RawResponse head) {
    this.client = client;
    this.head = head;
  }

  /** The request that opens a WebSocket, with more fields, each given as one line. */
  public static String handshake(String target, String... fields) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n")
        + "\r\n";
  }

  /** Opens a WebSocket, with more fields, each given as one line. */
  public static FrameClient open(Running server, String target, String... fields)
      throws IOException {
    RawClient client = server.connect().send(handshake(target, fields));
    FrameClient opened = on(client);
    assertThat(opened.head.status()).isEqualTo(101);
    return opened;
  }

  /** Reads the answer to a handshake that has been sent. */
  public static FrameClient on(RawClient client) throws IOException {
    return new FrameClient(client, client.readHead());
  }

  /** The answer to the handshake. */
  public RawResponse head() {
    return head;
  }

  /** The connection, for what frames can't say. */
  public RawClient raw() {
    return client;
  }

  public FrameClient send(Frames frames) throws IOException {
    client.send(frames.octets());
    return this;
  }

  public FrameClient text(String text) throws IOException {
    return send(Frames.of().text(text));
  }

  /** Waits for a frame, and tells it in a line; {@code end} at the end of the connection. */
  public String hear() throws IOException {
    try {
      return frame();
    } catch (EOFException | SocketException e) {
      return "end";
    }
  }

  private String frame() throws IOException {
    byte[] begin = client.readExactly(2);
    assertThat(begin[1] & 0x80).as("a mask").isZero();
    assertThat(begin[0] & 0x80).as("the last of a message").isNotZero();
    int length = begin[1];
    if (length >= 126) {
      length = 0;
      for (byte octet : client.readExactly(begin[1] == 126 ? 2 : 8)) {
        length = length << 8 | octet & 0xff;
      }
    }
    byte[] payload = client.readExactly(length);
    if ((begin[0] & Frames.RSV1) != 0) {
      payload = inflate(payload);
    }
    return Heard.line(message(begin[0] & 0x0f, payload));
  }

  private static Message message(int opcode, byte[] payload) {
    return switch (opcode) {
      case Opcode.TEXT -> new Message.Text(new String(payload, UTF_8));
      case Opcode.BINARY -> new Message.Binary(payload);
      case Opcode.PING -> new Message.Ping(payload);
      case Opcode.PONG -> new Message.Pong(payload);
      case Opcode.CLOSE -> close(payload);
      default -> throw new AssertionError("opcode " + opcode);
    };
  }

  private static Message.Close close(byte[] payload) {
    if (payload.length == 0) {
      return new Message.Close(Message.Close.NO_STATUS, "");
    }
    int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    return new Message.Close(code, new String(payload, 2, payload.length - 2, UTF_8));
  }

  private byte[] inflate(byte[] octets) {
    byte[] whole = Arrays.copyOf(octets, octets.length + TAIL.length);
    System.arraycopy(TAIL, 0, whole, octets.length, TAIL.length);
    inflater.setInput(whole);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[1024];
    try {
      for (int count = inflater.inflate(piece); count > 0; count = inflater.inflate(piece)) {
        out.write(piece, 0, count);
      }
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    client.close();
  }
}
