package dev.pounce.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The octets of one request after the other on a connection, and how their answers end. */
enum Conversation {
  HTTP1(Protocol.HTTP1) {
    @Override
    byte[] request(int number) {
      return Probe.request("/plaintext", "keep-alive").getBytes(ISO_8859_1);
    }

    @Override
    boolean isWhole(ByteBuffer answer) {
      return Probe.isPlaintext(ISO_8859_1.decode(answer).toString());
    }
  },

  H2C(Protocol.H2C) {
    @Override
    byte[] request(int number) {
      var octets = new ByteArrayOutputStream();
      if (number == 0) {
        octets.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        octets.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
      }
      // Two fields of the static table, and two literals of 10 and of 9 octets (RFC 7541).
      byte[] fields = "\u0082\u0086\u0004\n/plaintext\u0001\tlocalhost".getBytes(ISO_8859_1);
      octets.writeBytes(frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, fields));
      return octets.toByteArray();
    }

    @Override
    boolean isWhole(ByteBuffer answer) {
      boolean ended = false;
      while (answer.remaining() >= HEAD) {
        int length = answer.getInt() >>> Byte.SIZE;
        int type = answer.get(answer.position() - 1);
        int flags = answer.get();
        answer.getInt();
        if (answer.remaining() < length) {
          return false;
        }
        answer.position(answer.position() + length);
        ended |= type == DATA && (flags & END_STREAM) != 0;
      }
      return ended;
    }
  };

  private static final int HEAD = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final Protocol protocol;

  Conversation(Protocol protocol) {
    this.protocol = protocol;
  }

  Protocol protocol() {
    return protocol;
  }

  /** What is sent for a connection's first request (0), its second (1) and so on. */
  abstract byte[] request(int number);

  /** Whether what has come since a request is its whole answer. */
  abstract boolean isWhole(ByteBuffer answer);

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(HEAD + payload.length)
        .putInt(payload.length << Byte.SIZE | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
