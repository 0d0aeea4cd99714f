package dev.pounce.server.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of a PEM file (RFC 7468).
 *
 * @param label what it is, such as {@code CERTIFICATE}
 * @param headers what stood between the first line and the content, as OpenSSL's old encryption has
 *     it; empty as a rule
 * @param der its content
 */
record Pem(String label, String headers, byte[] der) {

  private static final int COLUMNS = 64;
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z-]+:[^\\n]*\\n)*)"
              + "([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /** Whether the content of a file looks like PEM. */
  static boolean isIn(byte[] file) {
    return new String(file, ISO_8859_1).contains("-----BEGIN ");
  }

  /**
   * The blocks of a file, in order; text between them is for people.
   *
   * @throws IllegalArgumentException if a block is not base64
   */
  static List<Pem> read(byte[] file) {
    List<Pem> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(file, ISO_8859_1).replace("\r", ""));
    while (block.find()) {
      byte[] der = Base64.getMimeDecoder().decode(block.group(3));
      blocks.add(new Pem(block.group(1), block.group(2), der));
    }
    return blocks;
  }

  /** The text of a block. */
  static String text(String label, byte[] der) {
    String content = Base64.getMimeEncoder(COLUMNS, "\n".getBytes(ISO_8859_1)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + content + "\n-----END " + label + "-----\n";
  }
}
