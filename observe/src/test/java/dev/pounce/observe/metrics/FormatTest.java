package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {

  @Test
  void contentType_namesVersionAndCharset() {
    assertThat(Format.TEXT.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(Format.OPENMETRICS.contentType())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
  }

  @Test
  void negotiate_noHeader_isText() {
    assertThat(Format.negotiate(null)).isEqualTo(Format.TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Prometheus 3
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
            + "*/*;q=0.2",
        // Prometheus 2
        "application/openmetrics-text;version=1.0.0,"
            + "application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      })
  void negotiate_prometheus_isOpenMetrics(String accept) {
    assertThat(Format.negotiate(accept)).isEqualTo(Format.OPENMETRICS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // one range
        "application/openmetrics-text                         | OPENMETRICS",
        "application/openmetrics-text; version=1.0.0          | OPENMETRICS",
        "application/openmetrics-text; version=\"1.0.0\"      | OPENMETRICS",
        "application/openmetrics-text; version=0.0.1          | TEXT",
        "APPLICATION/OpenMetrics-Text;VERSION=1.0.0;Q=0.1     | OPENMETRICS",
        "application/*                                        | OPENMETRICS",
        "text/plain                                           | TEXT",
        "text/*                                               | TEXT",
        "text/html                                            | TEXT",
        "*/*                                                  | TEXT",
        // the higher quality, whatever the order
        "application/openmetrics-text, text/plain;q=0.9       | OPENMETRICS",
        "text/plain;q=0.9, application/openmetrics-text       | OPENMETRICS",
        "text/plain, application/openmetrics-text;q=0.9       | TEXT",
        "application/openmetrics-text;q=0.9,text/plain        | TEXT",
        "text/plain;q=0.100, application/openmetrics-text;q=0.101 | OPENMETRICS",
        // nothing between them
        "text/plain, application/openmetrics-text             | TEXT",
        "application/openmetrics-text;q=0.5, text/plain;q=0.5 | TEXT",
        // the range that says most counts
        "*/*, text/plain;q=0.5                                | OPENMETRICS",
        "*/*;q=0.9, text/*;q=0.5                              | OPENMETRICS",
        "text/*;q=0.1, text/plain;q=0.9, */*;q=0.5            | TEXT",
        "text/plain;q=0.1, text/plain;version=0.0.4, */*;q=0.5 | TEXT",
        "text/plain;version=1.0.0, text/plain;q=0.1, */*;q=0.5 | OPENMETRICS",
        "application/openmetrics-text;q=0.1, */*;q=0.5        | TEXT",
        // not wanted
        "application/openmetrics-text;q=0                     | TEXT",
        "text/plain;q=0, */*                                  | OPENMETRICS",
        "text/plain;q=0, application/openmetrics-text;q=0     | TEXT",
        "application/openmetrics-text;q=0.001, text/plain;q=0.0 | OPENMETRICS",
        // other parameters
        "application/openmetrics-text;charset=utf-8;q=0.5     | OPENMETRICS",
        "text/plain;note=\"a,b;q=0\", application/openmetrics-text;q=0.5 | TEXT",
        "application/openmetrics-text;note=\"\\\",text/plain\";q=0.7, text/plain;q=0.6 | OPENMETRICS",
        "application/openmetrics-text ; q=0.7 , text/plain ; q=0.6 | OPENMETRICS",
        // malformed members are left out
        "application/openmetrics-text;q=2                     | TEXT",
        "application/openmetrics-text;q=0.5555                | TEXT",
        "application/openmetrics-text;q=high                  | TEXT",
        "application/openmetrics-text;q                       | OPENMETRICS",
        "openmetrics-text, ,; , a/b/c, *, application/openmetrics-text | OPENMETRICS",
        "application/openmetrics-text;note=\"open             | OPENMETRICS",
      })
  void negotiate_takesTheHigherQuality(String accept, Format expected) {
    assertThat(Format.negotiate(accept)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", ";", "/", "=", "\"", "\\"})
  void negotiate_nothingSaid_isText(String accept) {
    assertThat(Format.negotiate(accept)).isEqualTo(Format.TEXT);
  }
}
