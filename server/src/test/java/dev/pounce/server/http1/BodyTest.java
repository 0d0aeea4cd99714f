package dev.pounce.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.pounce.server.exchange.Refusal;
import dev.pounce.server.listen.ListenSocket;
import dev.pounce.server.listen.Readiness;
import dev.pounce.server.listen.Transport;
import dev.pounce.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that arrive in parts of any size over a real socket. */
@Timeout(60)
class BodyTest {

  private static final long LIMIT = 100_000;
  private static final int TRAILER_LIMIT = 100;
  private static final String NEXT = "GET /next HTTP/1.1\r\n";
  private static final int RANDOM_BODIES = 300;

  private ListenSocket listener;
  private RawClient client;
  private Readiness readiness;
  private Transport transport;
  private Input input;

  @BeforeEach
  void connect() throws IOException {
    listener = ListenSocket.tcp("127.0.0.1", 0, 1);
    client = RawClient.connect(listener.port());
    readiness = new Readiness();
    transport = listener.accept(readiness, () -> false);
    input = new Input(transport);
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    transport.close();
    readiness.close();
    listener.close();
  }

  @Test
  void next_fixedLength_givesExactlyThatManyOctets() throws Exception {
    Body body = fixed(5, "hello" + NEXT);

    assertThat(text(body)).isEqualTo("hello");
    assertThat(body.isFinished()).isTrue();
    assertNextIsUntouched();
  }

  @Test
  void next_ofNoLength_isFinishedAtOnce() throws Exception {
    Body body = fixed(0, "");

    assertThat(body.isFinished()).isTrue();
    assertThat(body.next()).isNull();
  }

  @Test
  void next_lastOctetOfAFixedLength_finishesTheBody() throws Exception {
    Body body = fixed(2, "ab");

    assertThat(body.next()).isEqualTo("ab".getBytes(ISO_8859_1));
    assertThat(body.isFinished()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0^^                                   | ''",
        "000^^                                 | ''",
        "5^hello^0^^                           | hello",
        "5^hello^6^ world^0^^                  | hello world",
        "0000000005^hello^0^^                  | hello",
        "a^0123456789^0^^                      | 0123456789",
        "A^0123456789^00^^                     | 0123456789",
        "5;a^hello^0;b^^                       | hello",
        "5;a=b;c=\"d e\"^hello^0^^             | hello",
        "5 ;a^hello^0\t; b = c^^               | hello",
        "5;^hello^0^^                          | hello",
        "5;\u00e9^hello^0^^                    | hello",
        "5^hello^0^A: b^Content-Length: 9^^    | hello",
        "5^hello^0^A:^^                        | hello",
        "3^^;^0^^                              | ^;",
      })
  void next_chunked_givesTheChunksData(String framed, String data) throws Exception {
    Body body = chunked(lines(framed) + NEXT);

    assertThat(text(body)).isEqualTo(data == null ? "" : lines(data));
    assertThat(body.isFinished()).isTrue();
    assertNextIsUntouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^hello^0^^",
        "0x5^hello^0^^",
        "+5^hello^0^^",
        "-5^hello^0^^",
        " 5^hello^0^^",
        "5 ^hello^0^^",
        "5\t^hello^0^^",
        "5 a^hello^0^^",
        "5,a^hello^0^^",
        "5h^hello^0^^",
        "g^hello^0^^",
        ";a^hello^0^^",
        "\u00b2^hello^0^^",
        "5;a\u0001b^hello^0^^",
        "5;a\0b^hello^0^^",
        "5;a\u007fb^hello^0^^",
        "5\n!hello^0^^",
        "5\r!hello^0^^",
        "5;a\r!b^hello^0^^",
        "5;a\nb^hello^0^^",
        "5^hello0^^",
        "5^hello\n0^^",
        "5^hello\r0^^",
        "5^hello 0^^",
        "5^hellox^0^^",
        "5^hell^0^^",
        "4^hello^0^^",
        "1000000000000000^hello^0^^",
        "00000000000000000005^hello^0^^",
        "ffffffffffffffffff^hello^0^^",
        "5^hello^0^ A: b^^",
        "5^hello^0^A: b^ c^^",
        "5^hello^0^A^^",
        "5^hello^0^A : b^^",
        "5^hello^0^: b^^",
        "5^hello^0^A: \0^^",
        "5^hello^0^A: b\n^^",
        "5^hello^0^\n^^",
      })
  void next_malformedChunks_areRefused(String framed) throws Exception {
    Body body = chunked(lines(framed.replace("!", "")));

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> text(body))
        .extracting(Refusal::status)
        .isEqualTo(400);
  }

  @Test
  void next_chunkExtensionOfReasonableLength_isIgnored() throws Exception {
    assertThat(text(chunked("1;" + "e".repeat(200) + "\r\na\r\n0\r\n\r\n"))).isEqualTo("a");
  }

  @Test
  void next_chunkExtensionWithoutEnd_isRefused() throws Exception {
    Body body = chunked("1;" + "e".repeat(5_000));

    assertRefused(400, body);
  }

  @Test
  void next_trailersWithinTheLimit_areIgnored() throws Exception {
    assertThat(text(chunked("0\r\nA: " + "t".repeat(TRAILER_LIMIT - 20) + "\r\n\r\n"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"A: ", "A: t\r\n"})
  void next_trailersWithoutEnd_areRefused(String trailer) throws Exception {
    Body body = chunked("0\r\n" + trailer.repeat(TRAILER_LIMIT));

    assertRefused(4, body);
  }

  @Test
  void next_chunksOfExactlyTheLimit_areTaken() throws Exception {
    String half = "x".repeat((int) LIMIT / 2);
    String chunk = Integer.toHexString(half.length()) + "\r\n" + half + "\r\n";

    assertThat(text(chunked(chunk + chunk + "0\r\n\r\n"))).hasSize((int) LIMIT);
  }

  @Test
  void next_chunkBeyondTheLimit_isRefusedBeforeItsData() throws Exception {
    String half = "x".repeat((int) LIMIT / 2);
    String chunk = Integer.toHexString(half.length()) + "\r\n" + half + "\r\n";
    Body body = chunked(chunk + chunk + "1\r\n");

    assertRefused(413, body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "5\r", "5\r\n", "5\r\nhel", "5\r\nhello\r\n0\r\n", "0\r\nA: b\r\n"})
  void next_chunkedBodyThatIsCutShort_fails(String framed) throws Exception {
    Body body = chunked(framed);
    client.finishSending();

    assertThatIOException().isThrownBy(() -> text(body));
  }

  @Test
  void next_fixedBodyThatIsCutShort_fails() throws Exception {
    Body body = fixed(5, "hell");
    client.finishSending();

    assertThatIOException().isThrownBy(() -> text(body));
  }

  @Test
  void skip_leavesTheNextRequest() throws Exception {
    Body body = chunked("5;x\r\nhello\r\n0\r\nA: b\r\n\r\n" + NEXT);
    body.skip();

    assertThat(body.isFinished()).isTrue();
    assertNextIsUntouched();
  }

  @Test
  void skip_afterAPiece_skipsTheRest() throws Exception {
    Body body = fixed(10, "hello world".substring(0, 10) + NEXT);
    input.fill(0);
    assertThat(body.next()).isNotEmpty();
    body.skip();

    assertNextIsUntouched();
  }

  @Test
  void endsWithin_tellsWhatASkipWouldRead() throws Exception {
    assertThat(fixed(10, "").endsWithin(10)).isTrue();
    assertThat(fixed(10, "").endsWithin(9)).isFalse();
    assertThat(chunked("0\r\n\r\n").endsWithin(LIMIT)).isFalse();
    assertThat(fixed(0, "").endsWithin(0)).isTrue();
  }

  @Test
  void next_anyBodyInAnyParts_givesTheSameOctets() throws Exception {
    Random random = new Random(11);
    for (int i = 0; i < RANDOM_BODIES; i++) {
      byte[] data = new byte[random.nextInt(1 << random.nextInt(15))];
      random.nextBytes(data);
      boolean chunks = random.nextBoolean();
      byte[] wire = concat(chunks ? chunksOf(data, random) : data, NEXT.getBytes(ISO_8859_1));
      Parts parts = new Parts(wire, random);
      Body body = new Body(input, parts, chunks ? -1 : data.length, LIMIT, TRAILER_LIMIT);

      assertThat(octets(body)).as("body %d of seed 11", i).isEqualTo(data);
      parts.fillAll();
      assertNextIsUntouched();
      input.consume(input.available());
    }
  }

  @Test
  void next_malformedBodyInAnyParts_isRefused() throws Exception {
    Random random = new Random(12);
    for (int i = 0; i < RANDOM_BODIES; i++) {
      byte[] data = new byte[1 + random.nextInt(50)];
      byte[] wire = concat(chunksOf(data, random), NEXT.getBytes(ISO_8859_1));
      int at = new String(wire, ISO_8859_1).indexOf("\r\n");
      boolean first = random.nextBoolean();
      wire[first ? at : at + 1] = (byte) (first ? "\n\0 " : "\r\0 ").charAt(random.nextInt(3));
      Input fresh = new Input(transport);
      Parts parts = new Parts(fresh, wire, random);
      Body body = new Body(fresh, parts, -1, LIMIT, TRAILER_LIMIT);

      assertRefused(4, body);
      parts.fillAll();
    }
  }

  /** Sends octets in random parts, each when it is asked for. */
  private final class Parts implements Body.Source {

    private final Input into;
    private final byte[] wire;
    private final Random random;
    private int sent;

    Parts(byte[] wire, Random random) {
      this(input, wire, random);
    }

    Parts(Input into, byte[] wire, Random random) {
      this.into = into;
      this.wire = wire;
      this.random = random;
    }

    @Override
    public boolean fill(int wanted) throws IOException {
      int count = Math.min(wire.length - sent, 1 + random.nextInt(1 << random.nextInt(12)));
      if (count > 0) {
        byte[] part = new byte[count];
        System.arraycopy(wire, sent, part, 0, count);
        client.send(part);
        sent += count;
      }
      return into.fill(wanted);
    }

    /** Has the input take all that has not been asked for. */
    void fillAll() throws IOException {
      while (sent < wire.length) {
        fill(0);
      }
      while (input.available() < NEXT.length() && into == input) {
        input.fill(0);
      }
    }
  }

  private static byte[] chunksOf(byte[] data, Random random) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    int at = 0;
    while (at < data.length) {
      int count = Math.min(data.length - at, 1 + random.nextInt(1 << random.nextInt(14)));
      String size = Integer.toHexString(count);
      String zeros = "0".repeat(random.nextInt(4));
      String extension =
          random.nextInt(4) == 0 ? ";a=\"" + "b".repeat(random.nextInt(40)) + '"' : "";
      wire.writeBytes((zeros + size + extension + "\r\n").getBytes(ISO_8859_1));
      wire.write(data, at, count);
      wire.writeBytes("\r\n".getBytes(ISO_8859_1));
      at += count;
    }
    String trailers = random.nextInt(4) == 0 ? "A: b\r\nC:\r\n" : "";
    wire.writeBytes(("0\r\n" + trailers + "\r\n").getBytes(ISO_8859_1));
    return wire.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  /** A circumflex stands for a line end. */
  private static String lines(String text) {
    return text.replace("^", "\r\n");
  }

  private Body fixed(long length, String wire) throws IOException {
    client.send(wire);
    return new Body(input, input::fill, length, LIMIT, TRAILER_LIMIT);
  }

  private Body chunked(String wire) throws IOException {
    return fixed(-1, wire);
  }

  private static String text(Body body) throws IOException, Refusal {
    return new String(octets(body), ISO_8859_1);
  }

  private static byte[] octets(Body body) throws IOException, Refusal {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] piece = body.next(); piece != null; piece = body.next()) {
      assertThat(piece).isNotEmpty();
      whole.write(piece);
    }
    return whole.toByteArray();
  }

  /** Refused with this status, or with any that begins with this digit. */
  private static void assertRefused(int status, Body body) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> octets(body))
        .matches(refusal -> refusal.status() == status || refusal.status() / 100 == status);
  }

  private void assertNextIsUntouched() throws IOException {
    while (input.available() < NEXT.length()) {
      input.fill(0);
    }
    assertThat(new String(input.octets(), input.from(), input.available(), ISO_8859_1))
        .isEqualTo(NEXT);
  }
}
