package dev.pounce.observe.metrics;

import dev.pounce.observe.metrics.Family.Label;
import dev.pounce.observe.metrics.Family.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The families of one process in a file that others read. It is written under another name first,
 * so a reader sees one that is whole, or none; a check sum tells it from all else.
 */
final class FamilyFile {

  private static final int MOST_BYTES = 1 << 20;

  private FamilyFile() {}

  static Path path(Path directory, int worker) {
    return directory.resolve("worker-" + worker + ".families");
  }

  /** Puts families into a file, in place of those before. Not by two threads at once. */
  static void write(Path path, Owner owner, List<Family> families) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(owner.pid());
    out.writeLong(owner.start());
    out.writeInt(families.size());
    for (Family family : families) {
      write(out, family);
    }
    out.writeLong(sum(bytes.toByteArray(), bytes.size()));
    Path unnamed = path.resolveSibling(path.getFileName() + ".tmp");
    Files.write(unnamed, bytes.toByteArray());
    Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(DataOutputStream out, Family family) throws IOException {
    out.writeUTF(family.name());
    out.writeUTF(family.type().name());
    out.writeUTF(family.help());
    out.writeInt(family.samples().size());
    for (Sample sample : family.samples()) {
      out.writeUTF(sample.suffix());
      out.writeUTF(sample.value().toString());
      out.writeInt(sample.labels().size());
      for (Label label : sample.labels()) {
        out.writeUTF(label.name());
        out.writeUTF(label.value());
      }
    }
  }

  /**
   * Reads the families of a process.
   *
   * @throws java.nio.file.NoSuchFileException if it has written none yet
   * @throws IOException if that is not what the file holds
   */
  static List<Family> read(Path path, Owner owner) throws IOException {
    if (SlabFile.size(path) > MOST_BYTES) {
      throw new IOException(path + ": too large");
    }
    byte[] bytes = Files.readAllBytes(path);
    int length = bytes.length - Long.BYTES;
    if (length < 0 || ByteBuffer.wrap(bytes).getLong(length) != sum(bytes, length)) {
      throw new IOException(path + ": torn");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    if (!new Owner(in.readLong(), in.readLong()).equals(owner)) {
      throw new IOException(path + ": of another process");
    }
    List<Family> families = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      families.add(family(in));
    }
    return families;
  }

  private static Family family(DataInputStream in) throws IOException {
    String name = in.readUTF();
    Family.Type type = Family.Type.valueOf(in.readUTF());
    String help = in.readUTF();
    List<Sample> samples = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      String suffix = in.readUTF();
      BigDecimal value = new BigDecimal(in.readUTF());
      List<Label> labels = new ArrayList<>();
      for (int more = in.readInt(); more > 0; more--) {
        labels.add(new Label(in.readUTF(), in.readUTF()));
      }
      samples.add(new Sample(suffix, labels, value, null));
    }
    return new Family(name, type, help, samples);
  }

  private static long sum(byte[] bytes, int length) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, length);
    return sum.getValue();
  }
}
