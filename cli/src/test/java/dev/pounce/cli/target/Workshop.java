package dev.pounce.cli.target;

import dev.pounce.cli.watch.Inputs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Makes what targets are made of, in one folder: source files, class files and jars. */
public final class Workshop {

  private final Path folder;

  public Workshop(Path folder) {
    this.folder = folder;
  }

  /** Writes a source file. */
  public Path source(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Compiles a source file to a folder of classes. */
  public Path classes(String path, String text) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path source = source("src/" + path, text);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, Contract.classPath(List.of(classes)));
      boolean compiled =
          compiler
              .getTask(
                  null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new AssertionError("not compiled: " + source);
      }
    }
    return classes;
  }

  /** Packs a folder of classes; the manifest has the given line, or no more than it must. */
  public Path jar(String name, Path classes, String manifestLine) throws IOException {
    Path jar = folder.resolve(name);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    if (!manifestLine.isEmpty()) {
      String[] parts = manifestLine.split(": ", 2);
      manifest.getMainAttributes().putValue(parts[0], parts[1]);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        var walk = Files.walk(classes)) {
      for (Path entry : walk.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString()));
        Files.copy(entry, out);
      }
    }
    return jar;
  }

  /** Loads a target without a cache. */
  static Loaded load(String target, Path... classPath) throws TargetException {
    return load(CompileCache.of(Map.of()), target, classPath);
  }

  static Loaded load(CompileCache cache, String target, Path... classPath) throws TargetException {
    return Target.parse(target).load(new ClassPath(List.of(classPath)), cache, new Inputs());
  }
}
