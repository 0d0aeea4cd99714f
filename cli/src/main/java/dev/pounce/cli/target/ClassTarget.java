package dev.pounce.cli.target;

import dev.pounce.cli.watch.Inputs;
import java.nio.file.Files;
import java.nio.file.Path;

/** A class on the class path. */
record ClassTarget(String name, Attribute attribute) implements Target {

  static ClassTarget parse(String text) throws TargetException {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    if (!isName(name)) {
      throw new TargetException(
          text + ": not a target (expected: a .java file, a class name or a .jar file)");
    }
    return new ClassTarget(name, Attribute.parse(text, colon < 0 ? "" : text.substring(colon + 1)));
  }

  static boolean isName(String text) {
    boolean first = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (first ? !Character.isJavaIdentifierStart(c) : !namePart(c)) {
        return false;
      }
      first = c == '.';
    }
    return !first;
  }

  private static boolean namePart(char c) {
    return c == '.' || Character.isJavaIdentifierPart(c);
  }

  @Override
  public Loaded load(ClassPath classPath, CompileCache cache, Inputs inputs)
      throws TargetException {
    ClassLoader loader = classPath.loader();
    return attribute.in(type(loader, name, missing(classPath)), name, "");
  }

  private String missing(ClassPath classPath) {
    Path source = Path.of(name.replace('.', '/') + ".java");
    String hint = Files.exists(source) ? "; there is a file " + source : "";
    return name + ": no such class; looked in: " + classPath + hint;
  }

  static Class<?> type(ClassLoader loader, String name, String missing) throws TargetException {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new TargetException(missing);
    } catch (LinkageError e) {
      throw new TargetException(name + ": can't be loaded: " + e);
    }
  }
}
