package dev.pounce.server.exchange;

import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.server.coding.ContentCoding;
import dev.pounce.server.config.ServerConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The content codings that a server can give its responses, and which responses get one. Immutable;
 * any thread.
 *
 * <p>A response that may be coded says so in {@code Vary}, whatever this client gets. One that is
 * coded has another entity tag than before, though it means the same: a weak one (RFC 9110, section
 * 8.8.3).
 */
public final class Codings {

  private static final Logger LOGGER = System.getLogger("pounce");
  private static final String ACCEPT_ENCODING = "Accept-Encoding";
  private static final String CACHE_CONTROL = "cache-control";

  /** Fields that speak of the very octets that the application sends. */
  private static final List<String> OF_OCTETS =
      List.of(
          "content-encoding",
          "content-range",
          "content-digest",
          "repr-digest",
          "digest",
          "content-md5");

  private final List<ContentCoding> codings;
  private final long least;

  Codings(List<ContentCoding> codings, long least) {
    this.codings = List.copyOf(codings);
    this.least = least;
  }

  /** Those that are there, or null if the configuration wants none. */
  public static @Nullable Codings of(ServerConfig config) {
    if (!config.compression()) {
      return null;
    }
    List<ContentCoding> found = new ArrayList<>();
    ServiceLoader.load(ContentCoding.class).stream()
        .forEach(provider -> {
          try {
            found.add(provider.get());
          } catch (ServiceConfigurationError | LinkageError e) {
            LOGGER.log(Level.WARNING, "Compression lacks " + provider.type().getSimpleName(), e);
          }
        });
    found.add(new Gzip());
    return new Codings(found, config.compressionMinSize().bytes());
  }

  /** One line that tells what responses can be compressed with. */
  public String summary() {
    String names = codings.stream().map(ContentCoding::name).collect(Collectors.joining(", "));
    return "Compression: "
        + names
        + (codings.size() > 1 ? "" : " (add pounce-compression for zstd and br)");
  }

  /**
   * Decides how a response goes out, and codes the first or only piece of its body.
   *
   * @param length of the whole body, or -1
   * @param bodyless whether there is none by its nature
   */
  Representation represent(
      HttpScope scope,
      HttpResponseStart head,
      long length,
      boolean bodyless,
      HttpResponseBody piece) {
    Headers headers = head.headers();
    if (!isCodable(scope, head, length)) {
      return Representation.plain(headers, length, piece);
    }
    ContentCoding coding = AcceptEncoding.choose(scope.headers().all(ACCEPT_ENCODING), codings);
    if (coding == null) {
      return Representation.plain(varied(headers), length, piece);
    }
    if (bodyless) {
      return Representation.plain(coded(headers, null), -1, piece);
    }
    if (piece.moreBody()) {
      return Representation.stream(coded(headers, coding.name()), coding.encoder(), piece);
    }
    ByteBuffer whole = coding.encode(piece.body(), piece.offset(), piece.length());
    return whole.remaining() < piece.length()
        ? Representation.whole(coded(headers, coding.name()), whole)
        : Representation.plain(varied(headers), length, piece);
  }

  private boolean isCodable(HttpScope scope, HttpResponseStart head, long length) {
    int status = head.status();
    Headers headers = head.headers();
    String type = headers.first("content-type");
    if (type == null
        || length >= 0 && length < least
        || status == 204
        || status == 205
        || status == 206
        || status == 304
        || !MediaType.isCompressible(type)) {
      return false;
    }
    for (String field : OF_OCTETS) {
      if (headers.contains(field)) {
        return false;
      }
    }
    return !mayNotTransform(headers) && !mayNotTransform(scope.headers());
  }

  private static boolean mayNotTransform(Headers headers) {
    return headers.contains(CACHE_CONTROL) && hasMember(headers.all(CACHE_CONTROL), "no-transform");
  }

  private static boolean hasMember(List<String> values, String wanted) {
    for (String value : values) {
      for (String member : value.split(",", -1)) {
        if (member.strip().equalsIgnoreCase(wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Says that another client may get another coding. */
  private static Headers varied(Headers headers) {
    List<String> vary = headers.all("vary");
    if (hasMember(vary, "*") || hasMember(vary, ACCEPT_ENCODING)) {
      return headers;
    }
    return headers.replace(
        "Vary",
        vary.isEmpty() ? ACCEPT_ENCODING : String.join(", ", vary) + ", " + ACCEPT_ENCODING);
  }

  /**
   * The fields of a coded response.
   *
   * @param coding its name, or null where the body is not sent
   */
  private static Headers coded(Headers headers, @Nullable String coding) {
    List<String> fields = new ArrayList<>(2 * headers.size() + 4);
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      String value = headers.value(i);
      if (name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("accept-ranges")) {
        continue;
      }
      boolean strong = name.equalsIgnoreCase("etag") && value.startsWith("\"");
      fields.add(name);
      fields.add(strong ? "W/" + value : value);
    }
    if (coding != null) {
      fields.add("Content-Encoding");
      fields.add(coding);
    }
    return varied(Headers.of(fields.toArray(String[]::new)));
  }
}
