package dev.pounce.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Loads the native library. Brotli4j would leave its copy among the temporary files until the
 * process ends, and beyond if it is killed; here it is deleted as soon as it is loaded.
 */
final class BrotliLibrary {

  /** Where Brotli4j looks first; users may set it, too. */
  private static final String PATH = "brotli4j.library.path";

  private BrotliLibrary() {}

  /** Loads it, once. */
  static synchronized void load() {
    String architecture = System.getProperty("os.arch");
    String platform = "linux-" + (architecture.equals("amd64") ? "x86_64" : architecture);
    ClassLoader loader = Brotli4jLoader.class.getClassLoader();
    try (InputStream library =
        loader.getResourceAsStream("lib/" + platform + "/" + System.mapLibraryName("brotli"))) {
      if (library == null || System.getProperty(PATH) != null) {
        Brotli4jLoader.ensureAvailability();
      } else {
        load(library);
      }
    } catch (IOException e) {
      throw new LinkageError("the library can't be unpacked: " + e.getMessage(), e);
    }
  }

  private static void load(InputStream library) throws IOException {
    Path copy = Files.createTempFile("libbrotli", ".so");
    try {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      System.setProperty(PATH, copy.toString());
      Brotli4jLoader.ensureAvailability();
    } finally {
      System.clearProperty(PATH);
      Files.delete(copy);
    }
  }
}
