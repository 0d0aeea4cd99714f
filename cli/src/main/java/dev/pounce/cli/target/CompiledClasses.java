package dev.pounce.cli.target;

import java.net.URLClassLoader;
import java.util.Map;

/** Loads classes that were compiled in memory, and those on the class path beside them. */
final class CompiledClasses extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> classes;

  CompiledClasses(Map<String, byte[]> classes, ClassPath classPath) {
    super(classPath.urls(), classPath.parent());
    this.classes = classes;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }
}
