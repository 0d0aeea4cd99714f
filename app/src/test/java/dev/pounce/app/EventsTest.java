package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events on the wire, as the HTML standard, section 9.2, reads them. */
class EventsTest {

  private static Outbox sent(Response.EventWriter writer) throws Exception {
    Outbox outbox = Outbox.open();
    Response.events(writer).sendTo(outbox);
    return outbox;
  }

  private static String text(Response.EventWriter writer) throws Exception {
    return sent(writer).text();
  }

  @Test
  void events_always_haveTheirTypeAndAreNotCached() throws Exception {
    Headers headers = sent(events -> {}).start().headers();
    assertThat(headers.first("content-type")).isEqualTo("text/event-stream");
    assertThat(headers.first("cache-control")).isEqualTo("no-cache");
  }

  @Test
  void send_oneLine_isADataLineAndAnEmptyLine() throws Exception {
    assertThat(text(events -> events.send("hello"))).isEqualTo("data: hello\n\n");
  }

  @Test
  void send_empty_isAnEventWithAnEmptyDataLine() throws Exception {
    assertThat(text(events -> events.send(""))).isEqualTo("data: \n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb"})
  void send_severalLines_areDataLinesOfOneEvent(String data) throws Exception {
    assertThat(text(events -> events.send(data))).isEqualTo("data: a\ndata: b\n\n");
  }

  @Test
  void send_emptyLinesWithinAndAtTheEnd_areKept() throws Exception {
    assertThat(text(events -> events.send("a\n\nb\n")))
        .isEqualTo("data: a\ndata: \ndata: b\ndata: \n\n");
  }

  @Test
  void send_dataThatLooksLikeFields_staysData() throws Exception {
    assertThat(text(events -> events.send("x\nevent: evil\r\rdata: y")))
        .isEqualTo("data: x\ndata: event: evil\ndata: \ndata: data: y\n\n");
  }

  @Test
  void send_leadingSpace_isNotTheOneThatAReaderDrops() throws Exception {
    assertThat(text(events -> events.send(" x"))).isEqualTo("data:  x\n\n");
  }

  @Test
  void send_anyCharacter_isUtf8() throws Exception {
    assertThat(text(events -> events.send("\u20ac \ud83d\ude00")))
        .isEqualTo("data: \u20ac \ud83d\ude00\n\n");
  }

  @Test
  void send_type_comesBeforeTheData() throws Exception {
    assertThat(text(events -> events.send("price", "1"))).isEqualTo("event: price\ndata: 1\n\n");
  }

  @Test
  void send_typeAndId_comeBeforeTheData() throws Exception {
    assertThat(text(events -> events.send("price", "7", "1\n2")))
        .isEqualTo("event: price\nid: 7\ndata: 1\ndata: 2\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\r\n", "a\0"})
  void send_typeOrIdWithALineBreakOrNul_isRefusedAndNothingSent(String bad) throws Exception {
    Outbox sent =
        sent(events -> {
          assertThatThrownBy(() -> events.send(bad, "1"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("event");
          assertThatThrownBy(() -> events.send(bad, "7", "1"))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> events.send("price", bad, "1"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("id");
        });
    assertThat(sent.bytes()).isEmpty();
  }

  @Test
  void comment_oneLine_beginsWithAColonAndEndsTheBlock() throws Exception {
    assertThat(text(events -> events.comment("still here"))).isEqualTo(": still here\n\n");
  }

  @Test
  void comment_lineBreak_isRefused() throws Exception {
    sent(events ->
        assertThatThrownBy(() -> events.comment("a\ndata: b"))
            .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void send_each_isAMessageOfItsOwnThatGoesOutAtOnce() throws Exception {
    Outbox sent =
        sent(events -> {
          events.send("1");
          events.comment("");
          events.send("t", "i", "2\n3");
        });
    assertThat(sent.pieces())
        .extracting(piece -> new String(piece.body(), UTF_8) + piece.moreBody())
        .containsExactly(
            "data: 1\n\ntrue", ": \n\ntrue", "event: t\nid: i\ndata: 2\ndata: 3\n\ntrue", "false");
  }

  @Test
  void send_clientHasGone_throwsSo() {
    Outbox gone = Outbox.refusing(message -> message instanceof HttpResponseBody);
    assertThatThrownBy(() -> Response.events(events -> events.send("x")).sendTo(gone))
        .isInstanceOf(DisconnectedException.class);
  }
}
