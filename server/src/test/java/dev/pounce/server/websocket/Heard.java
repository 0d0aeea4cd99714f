package dev.pounce.server.websocket;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a reader makes of octets, to the end: one line for each message, failure or end. */
final class Heard {

  static final int LIMIT = 1 << 20;

  private Heard() {}

  static List<String> from(Inflow in) throws IOException {
    return from(in, LIMIT, null);
  }

  static List<String> from(Inflow in, int limit, @Nullable Compression compression)
      throws IOException {
    List<String> heard = new ArrayList<>();
    Reader reader = new Reader(in, limit, compression);
    try {
      Message message;
      do {
        message = reader.read();
        heard.add(line(message));
      } while (!(message instanceof Message.Close));
    } catch (Failure failure) {
      heard.add("fails with " + failure.code());
    } finally {
      reader.end();
    }
    return heard;
  }

  static String line(Message message) {
    return switch (message) {
      case Message.Text text -> "text " + brief(text.text());
      case Message.Binary binary -> "binary " + brief(binary.octets());
      case Message.Ping ping -> "ping " + brief(ping.octets());
      case Message.Pong pong -> "pong " + brief(pong.octets());
      case Message.Close close when close.code() == Message.Close.ABNORMAL -> "end";
      case Message.Close close -> "close " + close.code() + " " + close.reason();
    };
  }

  static String brief(String text) {
    return text.length() <= 200 ? text : text.length() + " " + text.hashCode();
  }

  static String brief(byte[] octets) {
    return octets.length <= 100
        ? HexFormat.of().formatHex(octets)
        : octets.length + " " + Arrays.hashCode(octets);
  }
}
