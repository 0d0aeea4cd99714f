package dev.pounce.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.coding.Encoder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client gets for its {@code Accept-Encoding} (RFC 9110, section 12.5.3). */
class AcceptEncodingTest {

  private static final List<ContentCoding> ALL =
      List.of(new Named("zstd"), new Named("br"), new Named("gzip"));

  private record Named(String name) implements ContentCoding {
    @Override
    public Encoder encoder() {
      throw new UnsupportedOperationException();
    }
  }

  private static String chosen(List<ContentCoding> offered, String... fields) {
    ContentCoding coding = AcceptEncoding.choose(Arrays.asList(fields), offered);
    return coding == null ? "identity" : coding.name();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // one name
        "gzip | gzip",
        "br | br",
        "zstd | zstd",
        "GZip | gzip",
        "x-gzip | gzip",
        "deflate | identity",
        "compress, exi | identity",
        "identity | identity",
        "gzipped | identity",
        // the server's favourite among those that are liked alike
        "gzip, deflate, br, zstd | zstd",
        "gzip, deflate, br | br",
        "gzip, br;q=1.0 | br",
        "gzip;q=0.5, br;q=0.5 | br",
        "gzip;q=0.001, zstd;q=0.001 | zstd",
        // what the client likes better
        "gzip, br;q=0.9, zstd;q=0.8 | gzip",
        "zstd;q=0.7, br;q=0.8, gzip;q=0.71 | br",
        "br;q=0.100, gzip;q=0.101 | gzip",
        "gzip;q=1.000, zstd;q=0.999 | gzip",
        // what it does not take
        "gzip;q=0 | identity",
        "gzip;q=0.0, br;q=0.00, zstd;q=0.000 | identity",
        "gzip;q=0, br | br",
        "zstd;q=0, br;q=0, * | gzip",
        // the wildcard
        "* | zstd",
        "*;q=0.1 | zstd",
        "*;q=0 | identity",
        "gzip, *;q=0 | gzip",
        "gzip;q=0.5, *;q=0 | gzip",
        "gzip;q=0.5, * | zstd",
        "*;q=0.5, gzip;q=0.6 | gzip",
        "*;q=0, br | br",
        // the body as it is
        "identity, gzip;q=0.5 | identity",
        "identity;q=0.5, gzip;q=0.5 | gzip",
        "identity;q=0.5, gzip;q=0.4 | identity",
        "identity;q=0.3, gzip;q=0.4 | gzip",
        "identity;q=0 | identity",
        "identity;q=0, gzip | gzip",
        "identity;q=0, *;q=0 | identity",
        "identity;q=0, deflate | identity",
        "identity, * | zstd",
        "identity;q=1, *;q=0.5 | identity",
        // nothing, and space
        "'' | identity",
        "' ' | identity",
        "',' | identity",
        "' , ,gzip , ' | gzip",
        "'gzip\t;\tq=0.5' | gzip",
        "'gzip ; q=0' | identity",
        "gzip;Q=0 | identity",
        // the last word counts
        "gzip, gzip;q=0 | identity",
        "gzip;q=0, gzip | gzip",
        // malformed members are not there
        "gzip;q=2 | identity",
        "gzip;q=1.001 | identity",
        "gzip;q=0.1234 | identity",
        "gzip;q=-1 | identity",
        "gzip;q= | identity",
        "gzip;q | identity",
        "gzip; | identity",
        "gzip;q=.5 | identity",
        "gzip;q=0,5 | identity",
        "gzip;q=a | identity",
        "gzip;q=0.a | identity",
        "gzip;level=9 | identity",
        "gzip;q=x, br | br",
        "gzip br | identity",
        "gzip;q=1. | gzip",
        "gzip;q=0. | identity",
        // as clients have it
        "deflate, gzip, br, zstd | zstd",
        "gzip, x-gzip, deflate | gzip",
        "gzip;q=1.0,deflate;q=0.6,identity;q=0.3 | gzip",
        "br;q=1.0, gzip;q=0.8, *;q=0.1 | br",
      })
  void choose_ofAll_isWhatTheClientLikesBest(String field, String coding) {
    assertThat(chosen(ALL, field)).isEqualTo(coding);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd | gzip",
        "br, zstd | identity",
        "gzip;q=0.5, * | identity", // which * likes as well
        "gzip, * | gzip",
        "* | gzip",
        "br;q=1.0, gzip;q=0.8, *;q=0.1 | gzip",
      })
  void choose_ofGzipAlone_isThatOrNothing(String field, String coding) {
    assertThat(chosen(List.of(new Named("gzip")), field)).isEqualTo(coding);
  }

  @Test
  void choose_withoutField_isNothing() {
    assertThat(chosen(ALL)).isEqualTo("identity");
  }

  @Test
  void choose_ofSeveralFields_readsThemAsOneList() {
    assertThat(chosen(ALL, "gzip", "br;q=0.5")).isEqualTo("gzip");
    assertThat(chosen(ALL, "gzip;q=0.5", "br")).isEqualTo("br");
    assertThat(chosen(ALL, "", "br")).isEqualTo("br");
  }
}
