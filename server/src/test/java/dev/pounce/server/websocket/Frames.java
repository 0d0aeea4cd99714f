package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Random;

/** What a client sends: frames, good and bad, that are put together by hand. */
public final class Frames {

  public static final int FIN = 0x80;
  public static final int RSV1 = 0x40;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final Random keys = new Random(6455);

  public static Frames of() {
    return new Frames();
  }

  public Frames text(String text) {
    return frame(FIN | Opcode.TEXT, utf8(text));
  }

  public Frames binary(byte[] payload) {
    return frame(FIN | Opcode.BINARY, payload);
  }

  public Frames ping(String payload) {
    return frame(FIN | Opcode.PING, utf8(payload));
  }

  public Frames pong(String payload) {
    return frame(FIN | Opcode.PONG, utf8(payload));
  }

  public Frames close(int code, String reason) {
    return close(code, utf8(reason));
  }

  Frames close(int code, byte[] reason) {
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return frame(FIN | Opcode.CLOSE, payload);
  }

  public Frames frame(int first, String payload) {
    return frame(first, utf8(payload));
  }

  /** A masked frame, its length in as few octets as it takes. */
  public Frames frame(int first, byte[] payload) {
    int size = payload.length <= 125 ? 0 : payload.length <= 0xffff ? 2 : 8;
    return frame(first, size, payload);
  }

  /** A masked frame, its length in the given number of octets. */
  Frames frame(int first, int size, byte[] payload) {
    head(first, size, payload.length);
    byte[] key = new byte[4];
    keys.nextBytes(key);
    octets.writeBytes(key);
    for (int i = 0; i < payload.length; i++) {
      octets.write(payload[i] ^ key[i % 4]);
    }
    return this;
  }

  /** The head of a masked frame, up to its length. */
  Frames head(int first, int size, long length) {
    octets.write(first);
    octets.write(0x80 | (size == 0 ? (int) length : size == 2 ? 126 : 127));
    try (DataOutputStream out = new DataOutputStream(octets)) {
      if (size == 2) {
        out.writeShort((int) length);
      } else if (size == 8) {
        out.writeLong(length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Frames hex(String hex) {
    octets.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    return this;
  }

  public byte[] octets() {
    return octets.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
