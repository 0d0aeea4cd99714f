package dev.pounce.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler sees of a request. */
class RequestTest {

  private static final Address CLIENT = new Address("192.0.2.1", 5000);

  private static Request get(String query) {
    return request(query, Inbox.of());
  }

  private static Request post(Inbound... messages) {
    return request("", Inbox.of(messages));
  }

  private static Request request(String query, Receive receive) {
    HttpScope scope =
        new HttpScope(
            "PATCH",
            "/a b",
            "/a%20b",
            query,
            "1.1",
            "http",
            Headers.of("Host", "example.org", "Accept", "x", "accept", "y"),
            CLIENT,
            null,
            Map.of("request_id", "0123"),
            Map.of("db", "open"));
    return new Request(scope, receive);
  }

  @Test
  void request_anyScope_showsWhatIsInIt() {
    Request request = get("");
    assertThat(request.method()).isEqualTo("PATCH");
    assertThat(request.path()).isEqualTo("/a b");
    assertThat(request.scope().rawPath()).isEqualTo("/a%20b");
    assertThat(request.headers().all("ACCEPT")).containsExactly("x", "y");
    assertThat(request.header("accept")).isEqualTo("x");
    assertThat(request.header("cookie")).isNull();
    assertThat(request.client()).isEqualTo(CLIENT);
    assertThat(request.id()).isEqualTo("0123");
    assertThat(request.state()).containsEntry("db", "open");
  }

  @ParameterizedTest
  @CsvSource({
    "a=1, 1",
    "b=2&a=1, 1",
    "a=1&a=2, 1",
    "a=b=c, b=c",
    "a=, ''",
    "a, ''",
    "b&a&c=3, ''",
    "&&a=1&, 1",
    "aa=2&a=1, 1",
    "a=x+y%20z, x y z",
    "a=%C3%A9%E2%82%AC, \u00e9\u20ac",
    "a=%26%3D%2B, &=+",
    "%61=1, 1",
    "b=%zz&a=1, 1",
  })
  void query_parameterIsThere_givesTheFirstDecoded(String query, String value) {
    assertThat(get(query).query("a")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "b=1", "b=a", "A=1", "aa=1", "=1", "&", "b&c=a"})
  void query_noSuchParameter_givesNull(String query) {
    assertThat(get(query).query("a")).isNull();
  }

  @Test
  void query_nameWithSpaceAndUmlaut_isDecodedToo() {
    assertThat(get("my+%C3%BC=1").query("my \u00fc")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%-1"})
  void query_brokenPercentEncoding_staysAsSent(String value) {
    assertThat(get("a=" + value).query("a")).isEqualTo(value);
  }

  @Test
  void query_brokenPercentEncodingInAnothersName_doesNoHarm() {
    assertThat(get("%zz=2&a=1").query("a")).isEqualTo("1");
  }

  @Test
  void bytes_severalMessages_areJoined() throws IOException {
    Request request =
        post(Inbox.piece("one "), Inbox.piece(""), Inbox.piece("two "), Inbox.last("x"));
    assertThat(request.bytes()).isEqualTo("one two x".getBytes(UTF_8));
  }

  @Test
  void bytes_emptyBody_isEmpty() throws IOException {
    assertThat(post(Inbox.last("")).bytes()).isEmpty();
  }

  @Test
  void bytes_readBefore_givesWhatIsLeft() throws IOException {
    Request request = post(Inbox.piece("abc"), Inbox.last("def"));
    assertThat(request.body().readNBytes(2)).isEqualTo("ab".getBytes(UTF_8));
    assertThat(request.text()).isEqualTo("cdef");
    assertThat(request.bytes()).isEmpty();
  }

  @Test
  void text_characterSplitAcrossMessages_isWhole() throws IOException {
    byte[] euro = "\u20ac".getBytes(UTF_8);
    Request request =
        post(
            new HttpRequest(new byte[] {euro[0], euro[1]}, true),
            new HttpRequest(new byte[] {euro[2]}, false));
    assertThat(request.text()).isEqualTo("\u20ac");
  }

  @Test
  void body_calledAgain_isTheSameStream() {
    Request request = post(Inbox.last("x"));
    assertThat(request.body()).isSameAs(request.body());
  }

  @Test
  void body_notAskedFor_receivesNothing() {
    Inbox inbox = Inbox.of(Inbox.last("x"));
    assertThat(request("", inbox).body()).isNotNull();
    assertThat(inbox.isEmpty()).isFalse();
  }

  @Test
  void body_oneByteAtATime_givesUnsignedBytesThenTheEnd() throws IOException {
    InputStream body =
        post(
                new HttpRequest(new byte[] {(byte) 0xff}, true),
                new HttpRequest(new byte[] {0}, false))
            .body();
    assertThat(body.read()).isEqualTo(0xff);
    assertThat(body.read()).isZero();
    assertThat(body.read()).isEqualTo(-1);
    assertThat(body.read()).isEqualTo(-1);
  }

  @Test
  void body_largeTarget_givesOneMessageAtATime() throws IOException {
    InputStream body = post(Inbox.piece("abc"), Inbox.last("de")).body();
    byte[] target = new byte[10];
    assertThat(body.read(target, 1, 9)).isEqualTo(3);
    assertThat(target).startsWith(0, 'a', 'b', 'c', 0);
    assertThat(body.read(target)).isEqualTo(2);
    assertThat(body.read(target)).isEqualTo(-1);
  }

  @Test
  void body_smallTarget_keepsTheRestForLater() throws IOException {
    InputStream body = post(Inbox.last("abc")).body();
    byte[] target = new byte[2];
    assertThat(body.read(target)).isEqualTo(2);
    assertThat(body.available()).isEqualTo(1);
    assertThat(body.read(target)).isEqualTo(1);
    assertThat(target[0]).isEqualTo((byte) 'c');
  }

  @Test
  void body_nothingWanted_doesNotWait() throws IOException {
    assertThat(post().body().read(new byte[0])).isZero();
    assertThat(post().body().available()).isZero();
  }

  @Test
  void body_rangeBeyondTheTarget_isRefused() {
    InputStream body = post(Inbox.last("abc")).body();
    assertThatThrownBy(() -> body.read(new byte[2], 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void body_clientLeavesInTheMiddle_givesWhatCameThenFails() throws IOException {
    InputStream body = post(Inbox.piece("ab"), new HttpDisconnect()).body();
    assertThat(body.readNBytes(2)).isEqualTo("ab".getBytes(UTF_8));
    assertThatThrownBy(body::read).isInstanceOf(DisconnectedException.class);
  }

  @Test
  void bytes_clientLeavesInTheMiddle_fails() {
    Request request = post(Inbox.piece("ab"), new HttpDisconnect());
    assertThatThrownBy(request::bytes).isInstanceOf(DisconnectedException.class);
  }
}
