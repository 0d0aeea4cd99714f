package dev.pounce.cli;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.trace.TracerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What only some servers need: the jars of OpenTelemetry, and of the codings that compress, in
 * folders beside the jars that every start opens. So nobody else waits for them, and an application
 * that has its own gets its own.
 */
final class Extras {

  private static final ClassLoader OWN = Extras.class.getClassLoader();
  private static final String TRACES = "otel";
  private static final String CODINGS = "compression";

  private Extras() {}

  /**
   * What the application's class loader is to be below, so that the server finds the tracer there,
   * and the application the same OpenTelemetry.
   */
  static ClassLoader loader(ServerConfig config, Map<String, String> environment) {
    return TracerFactory.isWanted(config, environment) ? loader(folder(TRACES), OWN) : OWN;
  }

  /** Where the server finds codings: beyond what the application sees, which is {@code above}. */
  static ClassLoader codings(ServerConfig config, ClassLoader above) {
    return config.compression() ? loader(folder(CODINGS), above) : above;
  }

  /** What is above and the jars in a folder; the former alone where there is no such folder. */
  static ClassLoader loader(Path folder, ClassLoader above) {
    if (!Files.isDirectory(folder)) {
      return above;
    }
    List<URL> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : files) {
        jars.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new URLClassLoader("extras", jars.toArray(URL[]::new), above);
  }

  /** Beside the jar that this class is in. */
  private static Path folder(String name) {
    try {
      URL jar = Extras.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(jar.toURI()).resolveSibling(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
