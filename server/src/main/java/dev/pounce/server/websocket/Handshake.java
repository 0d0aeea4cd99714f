package dev.pounce.server.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What of an opening handshake is WebSocket's own and not HTTP's (RFC 6455, section 4.2). Values
 * are those of a field by their order, one for each time that it was sent. Over HTTP/2 (RFC 8441)
 * there is no key.
 */
public final class Handshake {

  /** The only version there is. */
  public static final String VERSION = "13";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_LENGTH = 24;
  private static final int NONCE_LENGTH = 16;

  private Handshake() {}

  /**
   * Checks {@code Sec-WebSocket-Version}.
   *
   * @throws Unacceptable with 426 if it is not {@link #VERSION}
   */
  public static void checkVersion(List<String> versions) throws Unacceptable {
    if (!versions.equals(List.of(VERSION))) {
      throw new Unacceptable(426, "Sec-WebSocket-Version is not " + VERSION);
    }
  }

  /**
   * The value of {@code Sec-WebSocket-Accept} for that of {@code Sec-WebSocket-Key}.
   *
   * @throws Unacceptable with 400 if there is not just one key of 16 octets in base64
   */
  public static String accept(List<String> keys) throws Unacceptable {
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      throw new Unacceptable(400, "malformed Sec-WebSocket-Key");
    }
    try {
      byte[] text = (keys.getFirst() + GUID).getBytes(US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isKey(String key) {
    try {
      return key.length() == KEY_LENGTH && Base64.getDecoder().decode(key).length == NONCE_LENGTH;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * What {@code Sec-WebSocket-Protocol} offers, in the client's order of preference; empty where
   * the field is missing. Which it is to be, if any, is the application's choice.
   *
   * @throws Unacceptable with 400 if they are not tokens, or one is named twice
   */
  public static List<String> subprotocols(List<String> values) throws Unacceptable {
    Set<String> offered = new LinkedHashSet<>();
    for (String value : values) {
      for (String item : value.split(",", -1)) {
        String name = item.strip();
        if (!name.isEmpty() && !(Token.isToken(name) && offered.add(name))) {
          throw new Unacceptable(400, "malformed Sec-WebSocket-Protocol");
        }
      }
    }
    if (offered.isEmpty() && !values.isEmpty()) {
      throw new Unacceptable(400, "empty Sec-WebSocket-Protocol");
    }
    return List.copyOf(new ArrayList<>(offered));
  }
}
