package dev.pounce.server.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against Netty's HPACK, in both directions: random fields, block after block, while the size of
 * the table changes.
 */
class NettyTest {

  private static final int BLOCKS = 2_000;
  private static final int STREAM = 1;
  private static final int[] SIZES = {0, 31, 64, 100, 500, 4096, 4096, 10_000};

  private static final String[] NAMES = {
    "server", "date", "content-type", "content-length", "set-cookie", "cookie", "authorization",
    "x-request-id", "x-custom", "vary", "etag", "accept-encoding", "a", "x-frame-options"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void encoded_isWhatNettyDecodes(long seed) throws Http2Exception {
    Random random = new Random(seed);
    Encoder encoder = new Encoder();
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false, 1 << 24);
    for (int i = 0; i < BLOCKS; i++) {
      for (int changes = random.nextInt(8) - 5; changes > 0; changes--) {
        int size = SIZES[random.nextInt(SIZES.length)];
        netty.configuration().maxHeaderTableSize(size);
        encoder.tableLimit(size);
      }
      List<String> fields = fields(random);
      byte[] block = Block.encode(encoder, fields);
      assertThat(text(netty.decodeHeaders(STREAM, Unpooled.wrappedBuffer(block))))
          .as("block %d", i)
          .isEqualTo(fields);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void decoded_isWhatNettyEncoded(long seed) throws Exception {
    Random random = new Random(seed);
    Decoder decoder = new Decoder(1 << 24);
    try (DefaultHttp2HeadersEncoder netty =
        new DefaultHttp2HeadersEncoder((name, value) -> random.nextInt(10) == 0, true)) {
      for (int i = 0; i < BLOCKS; i++) {
        if (random.nextInt(8) == 0) {
          int size = SIZES[random.nextInt(SIZES.length)];
          netty.configuration().maxHeaderTableSize(size);
          decoder.tableLimit(size);
        }
        List<String> fields = fields(random);
        ByteBuf block = Unpooled.buffer();
        netty.encodeHeaders(STREAM, headers(fields), block);
        assertThat(Block.decode(decoder, ByteBufUtil.getBytes(block)))
            .as("block %d", i)
            .isEqualTo(fields);
      }
    }
  }

  /** Up to a dozen, some of which have been there before. */
  private static List<String> fields(Random random) {
    List<String> fields = new ArrayList<>();
    if (random.nextBoolean()) {
      fields.add(":status: " + (200 + random.nextInt(10)));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      String name =
          random.nextInt(10) == 0
              ? "x-" + Integer.toString(random.nextInt(1000), 36)
              : NAMES[random.nextInt(NAMES.length)];
      fields.add(name + ": " + value(random));
    }
    return fields;
  }

  private static String value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> octets(random, 256, random.nextInt(80));
      case 2 -> random.nextInt(20) == 0 ? octets(random, 128, random.nextInt(6_000)) : "gzip";
      case 3 -> octets(random, 128, random.nextInt(300));
      default -> "value-" + random.nextInt(20);
    };
  }

  private static String octets(Random random, int bound, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(bound));
    }
    return text.toString();
  }

  private static Http2Headers headers(List<String> fields) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (String field : fields) {
      int colon = field.indexOf(": ");
      headers.add(field.substring(0, colon), field.substring(colon + 2));
    }
    return headers;
  }

  private static List<String> text(Http2Headers headers) {
    List<String> fields = new ArrayList<>();
    headers.forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
    return fields;
  }
}
