package dev.pounce.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses, by the messages that they become. */
class ResponseTest {

  private static final String MIXED = "gr\u00fc\u00df \u20ac";

  private static Outbox sent(Response response) throws Exception {
    Outbox outbox = Outbox.open();
    response.sendTo(outbox);
    return outbox;
  }

  private static void assertWhole(Response response, Headers headers, byte[] body)
      throws Exception {
    assertThat(sent(response).messages())
        .usingRecursiveComparison()
        .isEqualTo(
            Arrays.asList(
                new HttpResponseStart(response.status(), headers), HttpResponseBody.last(body)));
  }

  @Test
  void text_anyText_isPlainUtf8InOneMessage() throws Exception {
    assertWhole(
        Response.text(MIXED),
        Headers.of("content-type", "text/plain; charset=utf-8"),
        MIXED.getBytes(UTF_8));
  }

  @Test
  void html_anyPage_isHtmlInUtf8() throws Exception {
    assertWhole(
        Response.html("<p>" + MIXED),
        Headers.of("content-type", "text/html; charset=utf-8"),
        ("<p>" + MIXED).getBytes(UTF_8));
  }

  @Test
  void json_text_isJsonInUtf8() throws Exception {
    String json = "{\"a\":\"" + MIXED + "\"}";
    Headers headers = Headers.of("content-type", "application/json");
    assertWhole(Response.json(json), headers, json.getBytes(UTF_8));
  }

  @Test
  void json_bytes_areSentAsTheyAre() throws Exception {
    byte[] json = "[1]".getBytes(US_ASCII);
    assertWhole(Response.json(json), Headers.of("content-type", "application/json"), json);
  }

  @Test
  void bytes_anyType_hasThatTypeAndTheBytes() throws Exception {
    byte[] bytes = {0, -1, 13, 10};
    assertWhole(Response.bytes("image/x", bytes), Headers.of("content-type", "image/x"), bytes);
  }

  @Test
  void empty_status_hasNeitherFieldsNorBody() throws Exception {
    assertWhole(Response.empty(204), Headers.none(), new byte[0]);
    assertThat(Response.empty(204).status()).isEqualTo(204);
  }

  @Test
  void factories_noStatusGiven_are200() {
    assertThat(Response.text("").status()).isEqualTo(200);
    assertThat(Response.json("1").status()).isEqualTo(200);
    assertThat(Response.stream("a/b", out -> {}).status()).isEqualTo(200);
    assertThat(Response.events(events -> {}).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 100, 101, 199, 600, 1000})
  void status_outOfRange_isRefusedWithItsValue(int status) {
    assertThatThrownBy(() -> Response.text("").status(status))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("status: " + status);
    assertThatThrownBy(() -> Response.empty(status)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 299, 599})
  void status_inRange_isSent(int status) throws Exception {
    assertThat(sent(Response.text("x").status(status)).start().status()).isEqualTo(status);
  }

  @Test
  void statusAndHeader_changed_leaveTheOriginalAlone() {
    Response original = Response.text("x");
    Response changed = original.status(404).header("x-a", "1").header("x-a", "2");
    assertThat(original.status()).isEqualTo(200);
    assertThat(original.headers().contains("x-a")).isFalse();
    assertThat(changed.status()).isEqualTo(404);
    assertThat(changed.headers().all("x-a")).containsExactly("1", "2");
    assertThat(changed.headers().first("content-type")).startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\0b"})
  void headerAndContentType_controlCharacter_areRefused(String value) {
    assertThatThrownBy(() -> Response.text("x").header("x-a", value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.bytes(value, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.stream(value, out -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.stream(value, InputStream.nullInputStream()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stream_writer_makesEachWriteAMessageAndThenEnds() throws Exception {
    Outbox sent =
        sent(
            Response.stream(
                "a/b",
                out -> {
                  out.write('a');
                  out.write("bcd".getBytes(US_ASCII), 1, 2);
                  out.write("ef".getBytes(US_ASCII));
                  out.flush();
                }));
    assertThat(sent.start().headers()).isEqualTo(Headers.of("content-type", "a/b"));
    assertThat(sent.pieces())
        .extracting(piece -> new String(piece.body(), US_ASCII) + piece.moreBody())
        .containsExactly("atrue", "cdtrue", "eftrue", "false");
  }

  @Test
  void stream_writerThrows_passesItOnWithoutAnEnd() {
    Outbox outbox = Outbox.open();
    IOException failure = new IOException("disk");
    Response response =
        Response.stream(
            "a/b",
            out -> {
              out.write('a');
              throw failure;
            });
    assertThatThrownBy(() -> response.sendTo(outbox)).isSameAs(failure);
    assertThat(outbox.pieces()).allMatch(HttpResponseBody::moreBody);
  }

  @Test
  void stream_writerOutOfRange_isRefused() {
    Response response = Response.stream("a/b", out -> out.write(new byte[2], 1, 2));
    assertThatThrownBy(() -> response.sendTo(Outbox.open()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void stream_input_isSentWholeAndClosed() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Tracked in = new Tracked(bytes);
    Outbox sent = sent(Response.stream("a/b", in));
    assertThat(sent.bytes()).isEqualTo(bytes);
    assertThat(sent.pieces().getLast().moreBody()).isFalse();
    assertThat(in.closed).isTrue();
  }

  @Test
  void stream_input_isNotReadAheadOfWhatIsSent() throws IOException {
    Tracked in = new Tracked(new byte[10_000_000]);
    Outbox gone = Outbox.refusing(message -> message instanceof HttpResponseBody);
    assertThatThrownBy(() -> Response.stream("a/b", in).sendTo(gone))
        .isInstanceOf(DisconnectedException.class);
    assertThat(in.available()).isGreaterThan(9_900_000);
  }

  @Test
  void stream_clientLeavesAtTheBody_closesTheInput() {
    Tracked in = new Tracked(new byte[10]);
    Outbox gone = Outbox.refusing(message -> message instanceof HttpResponseBody);
    assertThatThrownBy(() -> Response.stream("a/b", in).sendTo(gone))
        .isInstanceOf(DisconnectedException.class);
    assertThat(in.closed).isTrue();
  }

  @Test
  void stream_startIsRefused_closesTheInput() {
    Tracked in = new Tracked(new byte[10]);
    Outbox gone = Outbox.refusing(message -> message instanceof HttpResponseStart);
    assertThatThrownBy(() -> Response.stream("a/b", in).sendTo(gone))
        .isInstanceOf(DisconnectedException.class);
    assertThat(in.closed).isTrue();
  }

  @Test
  void stream_inputFails_closesItAndPassesTheFailureOn() {
    IOException failure = new IOException("disk");
    Tracked in =
        new Tracked(new byte[10]) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw failure;
          }
        };
    assertThatThrownBy(() -> Response.stream("a/b", in).sendTo(Outbox.open())).isSameAs(failure);
    assertThat(in.closed).isTrue();
  }

  /** Knows whether it was closed; its reads may be made to fail. */
  private static class Tracked extends FilterInputStream {

    private boolean closed;

    Tracked(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
