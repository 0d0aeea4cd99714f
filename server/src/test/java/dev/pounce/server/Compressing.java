package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.Outbound;
import dev.pounce.testkit.RawResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** What tests share in which a server may compress what an application sends at {@code /it}. */
abstract class Compressing {

  static final String GZIP = "Accept-Encoding: gzip";
  static final String GET = Requests.get("/it", GZIP);
  static final String PLAIN = Requests.get("/it");
  static final String HEAD = GET.replace("GET", "HEAD");
  static final String TEXT = "{\"name\":\"one of many\",\"price\":12.99},\n".repeat(100);
  static final String TYPE = "content-type";
  static final String JSON = "application/json";

  static Running serving(Application it) throws StartupException {
    return Running.serve(
        Site.of(it), settings -> settings.compression(true).healthCheckPath("/health"));
  }

  static Running sending(Outbound... messages) throws StartupException {
    return serving((scope, receive, send) -> {
      for (Outbound message : messages) {
        send.send(message);
      }
    });
  }

  static HttpResponseStart start(int status, String... fields) {
    return new HttpResponseStart(status, Headers.of(fields));
  }

  static String unzipped(byte[] body) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  static void assertPlain(RawResponse response) {
    assertThat(response.header("Content-Encoding")).isEmpty();
    assertThat(response.text()).isEqualTo(TEXT);
  }
}
