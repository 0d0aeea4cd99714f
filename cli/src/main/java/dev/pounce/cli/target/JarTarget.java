package dev.pounce.cli.target;

import dev.pounce.cli.watch.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** A jar, and a class in it unless the jar's manifest names that. */
record JarTarget(Path jar, @Nullable ClassTarget inner) implements Target {

  private static final String MANIFEST_KEY = "Pounce-Application";

  static JarTarget parse(String text, Path jar, String rest) throws TargetException {
    return new JarTarget(jar, rest.isEmpty() ? null : inner(text, rest));
  }

  private static ClassTarget inner(String text, String rest) throws TargetException {
    int colon = rest.indexOf(':');
    String name = colon < 0 ? rest : rest.substring(0, colon);
    if (!ClassTarget.isName(name)) {
      throw new TargetException(
          text + ": '" + name + "' is not a class name (expected: shop.jar:com.acme.Shop:app)");
    }
    return new ClassTarget(name, Attribute.parse(text, colon < 0 ? "" : rest.substring(colon + 1)));
  }

  @Override
  public Loaded load(ClassPath classPath, CompileCache cache, Inputs inputs)
      throws TargetException {
    inputs.add(jar);
    if (!Files.isRegularFile(jar)) {
      throw new TargetException(jar + ": no such file");
    }
    ClassTarget named = inner == null ? fromManifest() : inner;
    ClassPath whole = classPath.with(jar);
    Class<?> type =
        ClassTarget.type(
            whole.loader(),
            named.name(),
            jar + ":" + named.name() + ": no such class; looked in: " + whole);
    return named.attribute().in(type, jar + ":" + named.name(), "");
  }

  private ClassTarget fromManifest() throws TargetException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String value = manifest == null ? null : manifest.getMainAttributes().getValue(MANIFEST_KEY);
      if (value == null) {
        throw new TargetException(
            jar
                + ": its manifest has no "
                + MANIFEST_KEY
                + "; name the class: "
                + jar
                + ":com.acme.Shop");
      }
      return inner(jar + ": " + MANIFEST_KEY + ": " + value, value.strip());
    } catch (IOException e) {
      throw new TargetException(jar + ": not a jar that can be read: " + e.getMessage());
    }
  }
}
