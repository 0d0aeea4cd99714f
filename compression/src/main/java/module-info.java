/** Responses compressed with Zstandard and Brotli. */
module dev.pounce.compression {
  requires com.aayushatharva.brotli4j;
  requires com.github.luben.zstd_jni;
  requires dev.pounce.server;
  requires static org.jspecify;

  provides dev.pounce.server.coding.ContentCoding with
      dev.pounce.compression.Zstandard,
      dev.pounce.compression.Brotli;
}
