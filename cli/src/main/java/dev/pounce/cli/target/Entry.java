package dev.pounce.cli.target;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bytes of a {@link Compilation} in the cache: its parts, and the SHA-256 of them all. */
final class Entry {

  private static final int HASH = 32;

  private Entry() {}

  static byte[] write(Compilation compilation) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(compilation.main());
    out.writeInt(compilation.others().size());
    for (Map.Entry<String, String> other : compilation.others().entrySet()) {
      out.writeUTF(other.getKey());
      out.writeUTF(other.getValue());
    }
    out.writeInt(compilation.classes().size());
    for (Map.Entry<String, byte[]> compiled : compilation.classes().entrySet()) {
      out.writeUTF(compiled.getKey());
      out.writeInt(compiled.getValue().length);
      out.write(compiled.getValue());
    }
    out.write(Fingerprint.sha256().digest(bytes.toByteArray()));
    return bytes.toByteArray();
  }

  static Compilation read(byte[] bytes) throws IOException {
    int length = bytes.length - HASH;
    byte[] parts = Arrays.copyOf(bytes, Math.max(0, length));
    if (length < 0
        || !Arrays.equals(
            Fingerprint.sha256().digest(parts), Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw new IOException("not an entry");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(parts));
    String main = in.readUTF();
    Map<String, String> others = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      others.put(in.readUTF(), in.readUTF());
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      classes.put(in.readUTF(), in.readNBytes(in.readInt()));
    }
    return new Compilation(main, classes, others, "");
  }
}
