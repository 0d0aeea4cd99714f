package dev.pounce.cli.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The files and folders that an application was made from, or would have been: gathered while it is
 * loaded, by one thread, and read afterwards. They need not exist.
 */
public final class Inputs {

  private final Set<Path> paths = new LinkedHashSet<>();
  private final Set<Listing> listings = new LinkedHashSet<>();

  /** The files directly in a folder whose names end alike. */
  private record Listing(Path folder, String suffix) {

    boolean contains(Path path) {
      return folder.equals(path.getParent()) && path.toString().endsWith(suffix) && !isNoise(path);
    }
  }

  /** Inputs with nothing in them. */
  public Inputs() {}

  /** Adds a file, or a folder with all that is in it; a link together with what it points to. */
  public void add(Path path) {
    paths.add(path.toAbsolutePath().normalize());
    try {
      paths.add(path.toRealPath());
    } catch (IOException e) {
      // It is not there yet.
    }
  }

  /** Adds the files directly in a folder whose names have a certain end. */
  public void add(Path folder, String suffix) {
    listings.add(new Listing(folder.toAbsolutePath().normalize(), suffix));
  }

  /** Whether something was made from a path, or from what would be below it. */
  boolean contain(Path path) {
    for (Path own : paths) {
      if (own.startsWith(path) || (path.startsWith(own) && !isNoise(path))) {
        return true;
      }
    }
    for (Listing listing : listings) {
      if (listing.folder.startsWith(path) || listing.contains(path)) {
        return true;
      }
    }
    return false;
  }

  Set<Path> paths() {
    return paths;
  }

  /** The folders of which only some files count. */
  Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    listings.forEach(listing -> folders.add(listing.folder));
    return folders;
  }

  /** What editors and version control put beside the files that are meant. */
  static boolean isNoise(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(".")
        || name.endsWith("~")
        || name.endsWith(".swp")
        || name.endsWith(".tmp")
        || (name.startsWith("#") && name.endsWith("#"))
        || name.contains("___jb_")
        || name.equals("4913")
        || (Files.isRegularFile(path) && isOwnOutput(path));
  }

  /** A log in a folder of classes must not make what it tells of happen again. */
  private static boolean isOwnOutput(Path path) {
    try {
      Path descriptors = Path.of("/proc/self/fd");
      return Files.isSameFile(path, descriptors.resolve("1"))
          || Files.isSameFile(path, descriptors.resolve("2"));
    } catch (IOException e) {
      return false;
    }
  }
}
