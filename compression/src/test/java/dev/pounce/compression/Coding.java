package dev.pounce.compression;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.pounce.server.coding.ContentCoding;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.brotli.dec.BrotliInputStream;

/** The codings, and how others decode them. */
enum Coding {
  ZSTD(new Zstandard()) {
    @Override
    byte[] decoded(byte[] coded) throws IOException {
      try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(coded))) {
        return in.readAllBytes();
      }
    }

    @Override
    byte[] decodedSoFar(byte[] coded) throws IOException {
      try (ZstdInputStreamNoFinalizer in =
          new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(coded)).setContinuous(true)) {
        return in.readAllBytes();
      }
    }
  },
  BR(new Brotli()) {
    @Override
    byte[] decoded(byte[] coded) throws IOException {
      try (InputStream in = new BrotliInputStream(new ByteArrayInputStream(coded))) {
        return in.readAllBytes();
      }
    }

    @Override
    byte[] decodedSoFar(byte[] coded) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(Math.max(coded.length, 1));
      try {
        decoder.getInputBuffer().put(coded);
        decoder.push(coded.length);
        while (decoder.getStatus() == DecoderJNI.Status.NEEDS_MORE_OUTPUT || decoder.hasOutput()) {
          ByteBuffer some = decoder.pull();
          byte[] octets = new byte[some.remaining()];
          some.get(octets);
          out.write(octets);
        }
        return out.toByteArray();
      } finally {
        decoder.destroy();
      }
    }
  };

  final ContentCoding coding;

  Coding(ContentCoding coding) {
    this.coding = coding;
  }

  /** All of it, by a decoder in Java that shares nothing with the encoder. */
  abstract byte[] decoded(byte[] coded) throws IOException;

  /** What can be decoded of the beginning of a stream. */
  abstract byte[] decodedSoFar(byte[] coded) throws IOException;
}
