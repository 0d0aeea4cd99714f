package dev.pounce.cli.target;

import dev.pounce.cli.watch.Inputs;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pounce} is asked to serve: {@code Hello.java}, {@code com.acme.Shop} or {@code
 * shop.jar}, each with the attribute that holds the application: {@code Hello.java:app}, {@code
 * shop.jar:com.acme.Shop:create()}.
 */
public sealed interface Target permits SourceTarget, ClassTarget, JarTarget {

  /**
   * Reads a target. Nothing is looked up yet.
   *
   * @throws TargetException if the text is none
   */
  static Target parse(String text) throws TargetException {
    try {
      String source = file(text, ".java");
      if (source != null) {
        return new SourceTarget(Path.of(source), Attribute.parse(text, rest(text, source)));
      }
      String jar = file(text, ".jar");
      if (jar != null) {
        return JarTarget.parse(text, Path.of(jar), rest(text, jar));
      }
      return ClassTarget.parse(text);
    } catch (InvalidPathException e) {
      throw new TargetException(text + ": not a path (" + e.getReason() + ")");
    }
  }

  /** The text up to and including the suffix that ends it or stands before its first colon. */
  private static @Nullable String file(String text, String suffix) {
    int inner = text.indexOf(suffix + ":");
    if (inner > 0) {
      return text.substring(0, inner + suffix.length());
    }
    return text.endsWith(suffix) && text.length() > suffix.length() ? text : null;
  }

  private static String rest(String text, String file) {
    return file.length() == text.length() ? "" : text.substring(file.length() + 1);
  }

  /**
   * Compiles and loads what the target names and takes the application from it, which runs the
   * target's own initializers, with the target's class loader as the thread's context class loader.
   * Each call gives a version of its own, which shares nothing with those before.
   *
   * @param classPath where its classes are
   * @param cache where source files that were compiled before are found
   * @param inputs gets the files that it is made from, or would be if it could
   * @throws TargetException if there is no such application; the message says what was found
   */
  Loaded load(ClassPath classPath, CompileCache cache, Inputs inputs) throws TargetException;

  /** Compiles what loading would, for the sake of a compiler that has run before. */
  default void rehearse(ClassPath classPath) throws TargetException {}
}
