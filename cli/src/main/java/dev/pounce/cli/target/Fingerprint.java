package dev.pounce.cli.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of all that a compilation depends on, piece by piece. */
final class Fingerprint {

  private final MessageDigest digest = sha256();

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String of(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  Fingerprint add(byte[] piece) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, piece.length));
    digest.update(piece);
    return this;
  }

  Fingerprint add(String piece) {
    return add(piece.getBytes(UTF_8));
  }

  /** Name, size and time of a file, or of every file in a folder. */
  Fingerprint add(Path entry) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
    if (attributes.isRegularFile()) {
      return add(entry, attributes);
    }
    Files.walkFileTree(
        entry,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            add(file, attributes);
            return FileVisitResult.CONTINUE;
          }
        });
    return this;
  }

  private Fingerprint add(Path file, BasicFileAttributes attributes) {
    add(file.toAbsolutePath().toString());
    digest.update(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(0, attributes.size())
            .putLong(Long.BYTES, attributes.lastModifiedTime().toMillis()));
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
