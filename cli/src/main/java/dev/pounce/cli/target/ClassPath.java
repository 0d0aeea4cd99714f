package dev.pounce.cli.target;

import dev.pounce.cli.watch.Inputs;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the classes of a target are: jars and folders of classes.
 *
 * @param entries in the order in which they are searched
 * @param parent searched before them
 */
public record ClassPath(List<Path> entries, ClassLoader parent) {

  private static final String JAR = ".jar";

  /** Checks nothing; {@link #parse} does. */
  public ClassPath {
    entries = List.copyOf(entries);
  }

  /** Below the loader of Pounce's own classes. */
  ClassPath(List<Path> entries) {
    this(entries, ClassPath.class.getClassLoader());
  }

  /**
   * Reads jars and folders with the platform's separator between them; {@code folder/*} stands for
   * every jar in a folder, as it does for {@code java}.
   *
   * @param inputs gets what the text names, there or not
   * @throws TargetException if one of them is not there
   */
  public static ClassPath parse(String text, Inputs inputs) throws TargetException {
    List<Path> entries = new ArrayList<>();
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf(File.pathSeparatorChar, start);
      end = end < 0 ? text.length() : end;
      if (end > start) {
        add(entries, text.substring(start, end), inputs);
      }
      start = end + 1;
    }
    return new ClassPath(entries);
  }

  private static void add(List<Path> entries, String entry, Inputs inputs) throws TargetException {
    try {
      if (entry.equals("*") || entry.endsWith("/*")) {
        Path folder = Path.of(entry.substring(0, entry.length() - 1));
        inputs.add(folder, JAR);
        entries.addAll(jars(folder));
        return;
      }
      Path path = Path.of(entry);
      inputs.add(path);
      if (!Files.exists(path)) {
        throw wrong(entry);
      }
      entries.add(path);
    } catch (InvalidPathException | IOException e) {
      throw wrong(entry);
    }
  }

  private static TargetException wrong(String entry) {
    return new TargetException("classpath: " + entry + " (expected: a jar or a folder)");
  }

  private static List<Path> jars(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + JAR)) {
      files.forEach(jars::add);
    }
    Collections.sort(jars);
    return jars;
  }

  /** The same entries below another loader. */
  public ClassPath below(ClassLoader loader) {
    return new ClassPath(entries, loader);
  }

  ClassPath with(Path first) {
    List<Path> all = new ArrayList<>();
    all.add(first);
    all.addAll(entries);
    return new ClassPath(all, parent);
  }

  URL[] urls() {
    URL[] urls = new URL[entries.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = url(entries.get(i));
    }
    return urls;
  }

  private static URL url(Path entry) {
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  ClassLoader loader() {
    return new URLClassLoader(urls(), parent);
  }

  @Override
  public String toString() {
    if (entries.isEmpty()) {
      return "nothing (there is no --classpath)";
    }
    StringBuilder text = new StringBuilder();
    for (Path entry : entries) {
      text.append(text.isEmpty() ? "" : ", ").append(entry);
    }
    return text.toString();
  }
}
