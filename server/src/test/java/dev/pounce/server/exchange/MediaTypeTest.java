package dev.pounce.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/plain; charset=utf-8",
        "TEXT/CSS",
        "text/event-stream",
        "application/json",
        "Application/JSON ;charset=utf-8",
        "application/problem+json",
        "application/atom+xml",
        "application/javascript",
        "application/wasm",
        "application/x-ndjson",
        "image/svg+xml",
        "font/ttf",
      })
  void isCompressible_text_is(String type) {
    assertThat(MediaType.isCompressible(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "text",
        "image/png",
        "image/jpeg",
        "video/mp4",
        "font/woff2",
        "application/zip",
        "application/gzip",
        "application/pdf",
        "application/octet-stream",
        "application/grpc+proto",
        "application/json+zip",
        "multipart/byteranges; boundary=text/html",
        "+json",
      })
  void isCompressible_whatIsPackedOrUnknown_isNot(String type) {
    assertThat(MediaType.isCompressible(type)).isFalse();
  }
}
