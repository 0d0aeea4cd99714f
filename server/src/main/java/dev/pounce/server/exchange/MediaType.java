package dev.pounce.server.exchange;

import java.util.Locale;
import java.util.Set;

/** Which media types are worth compressing: those of text, and of what is not packed already. */
final class MediaType {

  private static final Set<String> COMPRESSIBLE =
      Set.of(
          "application/ecmascript",
          "application/graphql",
          "application/javascript",
          "application/json",
          "application/jsonl",
          "application/ndjson",
          "application/rtf",
          "application/sql",
          "application/toml",
          "application/vnd.ms-fontobject",
          "application/wasm",
          "application/x-javascript",
          "application/x-ndjson",
          "application/x-yaml",
          "application/xml",
          "application/xml-dtd",
          "application/yaml",
          "font/otf",
          "font/sfnt",
          "font/ttf",
          "image/bmp",
          "image/vnd.microsoft.icon",
          "image/x-icon");
  private static final Set<String> SUFFIXES = Set.of("+json", "+xml", "+yaml");

  private MediaType() {}

  /** Whether a body of this {@code Content-Type} is likely to get smaller. */
  static boolean isCompressible(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type =
        (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
            .strip()
            .toLowerCase(Locale.ROOT);
    int plus = type.lastIndexOf('+');
    return type.startsWith("text/")
        || COMPRESSIBLE.contains(type)
        || plus > 0 && SUFFIXES.contains(type.substring(plus));
  }
}
