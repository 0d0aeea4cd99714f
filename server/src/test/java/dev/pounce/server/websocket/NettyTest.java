package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Netty's WebSocket reads what is written here, and what it writes is read here. */
class NettyTest {

  private static final int MESSAGES = 60;

  /** What a client that is Netty makes of an answer to a handshake. */
  private static WebSocketClientExtension extension(Compression agreed) throws Unacceptable {
    Extension answer = Extension.parse(List.of(agreed.response())).getFirst();
    Map<String, String> parameters = new HashMap<>();
    answer.parameters().forEach(p -> parameters.put(p.name(), p.value()));
    return new PerMessageDeflateClientExtensionHandshaker(6, false, 15, true, false, 0)
        .handshakeExtension(new WebSocketExtensionData(answer.name(), parameters));
  }

  private static Message message(Random random) {
    byte[] octets = new byte[random.nextInt(1 << random.nextInt(1, 18))];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) random.nextInt(random.nextInt(2) == 0 ? 256 : 4);
    }
    return switch (random.nextInt(6)) {
      case 0 -> new Message.Ping(Arrays.copyOf(octets, Math.min(125, octets.length)));
      case 1 -> new Message.Pong(Arrays.copyOf(octets, Math.min(125, octets.length)));
      case 2, 3 -> new Message.Binary(octets);
      default -> new Message.Text(text(random, octets.length / 3));
    };
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(random.nextBoolean() ? "words and words, " : "\u00e4\u20ac\ud83d\ude00");
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover"
      })
  void whatIsWrittenHere_isReadByNetty(String offer) throws IOException, Unacceptable {
    Compression agreed = offer.isEmpty() ? null : Compression.negotiate(List.of(offer), true);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    Writer writer = new Writer((octets, from, to) -> wire.write(octets, from, to - from), agreed);
    Random random = new Random(6455);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      Message message = message(random);
      said.add(Heard.line(message));
      switch (message) {
        case Message.Text text -> writer.text(text.text());
        case Message.Binary binary -> writer.binary(binary.octets());
        case Message.Ping ping -> writer.ping(ping.octets());
        case Message.Pong pong -> writer.pong(pong.octets());
        case Message.Close close -> writer.close(close);
      }
    }
    writer.close(new Message.Close(1001, "gr\u00fc\u00df"));
    said.add("close 1001 gr\u00fc\u00df");
    writer.end();

    EmbeddedChannel client =
        new EmbeddedChannel(
            new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(false)
                    .allowExtensions(agreed != null)
                    .maxFramePayloadLength(1 << 20)
                    .build()));
    if (agreed != null) {
      client.pipeline().addLast(extension(agreed).newExtensionDecoder());
    }
    client.pipeline().addLast(new Utf8FrameValidator());

    assertThat(read(client, wire.toByteArray(), 1000)).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover"
      })
  void whatNettyWritesInFragments_isReadHere(String offer) throws IOException, Unacceptable {
    Compression agreed = offer.isEmpty() ? null : Compression.negotiate(List.of(offer), true);
    EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
    if (agreed != null) {
      client.pipeline().addLast(extension(agreed).newExtensionEncoder());
    }
    Random random = new Random(7692);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      Message message = message(random);
      said.add(Heard.line(message));
      frames(message, random).forEach(client::writeOutbound);
    }
    client.writeOutbound(new CloseWebSocketFrame(4000, "bye"));
    said.add("close 4000 bye");
    byte[] wire = drain(client);

    for (int i = 0; i < 5; i++) {
      assertThat(Heard.from(Cuts.random(wire, random), 1 << 20, agreed)).isEqualTo(said);
    }
  }

  private static List<WebSocketFrame> frames(Message message, Random random) {
    return switch (message) {
      case Message.Ping ping -> List.of(new PingWebSocketFrame(buffer(ping.octets())));
      case Message.Pong pong -> List.of(new PongWebSocketFrame(buffer(pong.octets())));
      case Message.Text text -> fragments(true, Frames.utf8(text.text()), random);
      case Message.Binary binary -> fragments(false, binary.octets(), random);
      case Message.Close close -> List.of(new CloseWebSocketFrame(close.code(), close.reason()));
    };
  }

  private static List<WebSocketFrame> fragments(boolean text, byte[] octets, Random random) {
    List<WebSocketFrame> frames = new ArrayList<>();
    int from = 0;
    boolean last;
    do {
      last = random.nextBoolean();
      int to = last ? octets.length : random.nextInt(from, octets.length + 1);
      ByteBuf part = Unpooled.copiedBuffer(octets, from, to - from);
      frames.add(
          !frames.isEmpty()
              ? new ContinuationWebSocketFrame(last, 0, part)
              : text
                  ? new TextWebSocketFrame(last, 0, part)
                  : new BinaryWebSocketFrame(last, 0, part));
      from = to;
    } while (!last);
    return frames;
  }

  private static ByteBuf buffer(byte[] octets) {
    return Unpooled.wrappedBuffer(octets);
  }

  private static byte[] drain(EmbeddedChannel channel) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      wire.writeBytes(ByteBufUtil.getBytes(part));
      part.release();
    }
    channel.finishAndReleaseAll();
    return wire.toByteArray();
  }

  /** What Netty hears up to its first failure: its frames, put together. */
  private static List<String> read(EmbeddedChannel channel, byte[] wire, int piece) {
    List<String> heard = new ArrayList<>();
    boolean failed = false;
    try {
      for (int from = 0; from < wire.length; from += piece) {
        int size = Math.min(piece, wire.length - from);
        channel.writeInbound(Unpooled.wrappedBuffer(wire, from, size));
      }
    } catch (DecoderException e) {
      failed = true;
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    boolean text = false;
    for (WebSocketFrame frame = channel.readInbound();
        frame != null;
        frame = channel.readInbound()) {
      byte[] octets = ByteBufUtil.getBytes(frame.content());
      switch (frame) {
        case PingWebSocketFrame ping -> heard.add(Heard.line(new Message.Ping(octets)));
        case PongWebSocketFrame pong -> heard.add(Heard.line(new Message.Pong(octets)));
        case CloseWebSocketFrame close ->
            heard.add(
                octets.length == 0
                    ? "close 1005 "
                    : "close " + close.statusCode() + " " + close.reasonText());
        default -> {
          text =
              frame instanceof TextWebSocketFrame
                  || text && frame instanceof ContinuationWebSocketFrame;
          message.writeBytes(octets);
          if (frame.isFinalFragment()) {
            heard.add(
                Heard.line(
                    text
                        ? new Message.Text(message.toString(UTF_8))
                        : new Message.Binary(message.toByteArray())));
            message.reset();
          }
        }
      }
      frame.release();
    }
    channel.finishAndReleaseAll();
    if (failed) {
      heard.add("fails");
    }
    return heard;
  }

  @Test
  void anyOctetReplaced_isTakenOrRefusedAsNettyDoes() throws IOException {
    Random random = new Random(13);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] wire = conversation(random);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(wire.length);
        wire[at] =
            random.nextBoolean()
                ? (byte) random.nextInt()
                : (byte) (wire[at] ^ 1 << random.nextInt(8));
      }
      EmbeddedChannel server =
          new EmbeddedChannel(
              new WebSocket13FrameDecoder(
                  WebSocketDecoderConfig.newBuilder()
                      .closeOnProtocolViolation(false)
                      .maxFramePayloadLength(Heard.LIMIT)
                      .build()),
              new Utf8FrameValidator(false));
      List<String> theirs = read(server, wire, 1);
      List<String> ours = Heard.from(Cuts.whole(wire));
      refused += theirs.contains("fails") ? 1 : 0;

      // Text that is wrong and has not come whole: only one of the two knows.
      int common = isEarly(ours, theirs) ? ours.size() - 1 : Integer.MAX_VALUE;
      assertThat(comparable(ours).stream().limit(common).toList())
          .as("%s", ByteBufUtil.hexDump(wire))
          .isEqualTo(comparable(theirs).stream().limit(common).toList());
    }
    assertThat(refused).isBetween(500, 4_500);
  }

  private static boolean isEarly(List<String> ours, List<String> theirs) {
    return ours.getLast().equals("fails with 1007") && !theirs.contains("fails");
  }

  private static List<String> comparable(List<String> heard) {
    List<String> lines = new ArrayList<>();
    for (String line : heard) {
      // Netty knows no upper bound of close codes.
      if (line.startsWith("fails") || line.matches("(?s)close ([5-9]\\d{3}|\\d{5}) .*")) {
        lines.add("fails");
      } else if (!line.equals("end")) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static byte[] conversation(Random random) {
    Frames frames = Frames.of();
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      switch (random.nextInt(5)) {
        case 0 -> frames.ping("ping");
        case 1 ->
            frames.frame(Opcode.TEXT, "\u00e4\u20ac").frame(0, "\ud83d\ude00").frame(0x80, "");
        case 2 -> frames.binary(new byte[random.nextInt(200)]);
        case 3 -> frames.text("text \u00e4\u20ac\ud83d\ude00 text");
        default -> frames.frame(Opcode.BINARY, "a").pong("").frame(0x80, "b");
      }
    }
    return frames.close(random.nextInt(990, 1020), "reason").octets();
  }
}
