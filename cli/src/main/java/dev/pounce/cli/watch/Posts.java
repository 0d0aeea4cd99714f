package dev.pounce.cli.watch;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folders that are watched: for each input the one that it is in, and the input itself with all
 * below where it is a folder. What does not exist is awaited in the nearest folder above that does.
 *
 * <p>A folder is watched first and listed afterwards, so that what is put into it meanwhile is seen
 * in one way or the other. Used by one thread at a time.
 */
final class Posts {

  private final WatchService service;
  private final Map<Path, Post> posts = new HashMap<>();
  private final Set<Path> wanted = new HashSet<>();
  private boolean limited;

  private record Post(WatchKey key, Object inode) {}

  Posts(WatchService service) {
    this.service = service;
  }

  /**
   * Watches where these inputs are, and nowhere else.
   *
   * @return the files in folders that were not watched before
   */
  List<Path> take(Inputs inputs) {
    List<Path> found = new ArrayList<>();
    wanted.clear();
    for (Path path : inputs.paths()) {
      await(path, found);
      cover(path, found);
    }
    for (Path folder : inputs.folders()) {
      await(folder.resolve("*"), found);
    }
    posts.entrySet().removeIf(post -> !wanted.contains(post.getKey()) && leave(post.getValue()));
    return found;
  }

  /** Forgets a folder that is gone. */
  void drop(WatchKey key) {
    posts.values().removeIf(post -> post.key.equals(key));
  }

  private boolean leave(Post post) {
    if (wanted.stream().noneMatch(path -> post.equals(posts.get(path)))) {
      post.key.cancel();
    }
    return true;
  }

  private void await(Path path, List<Path> found) {
    Path nearest = nearest(path);
    Path before = null;
    while (nearest != null && !nearest.equals(before)) {
      before = nearest;
      if (post(nearest)) {
        list(nearest, found);
      }
      nearest = nearest(path);
    }
  }

  private static @Nullable Path nearest(Path path) {
    Path folder = path.getParent();
    while (folder != null && !Files.isDirectory(folder)) {
      folder = folder.getParent();
    }
    return folder;
  }

  private void cover(Path folder, List<Path> found) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    boolean fresh = post(folder);
    for (Path child : list(folder, fresh ? found : new ArrayList<>())) {
      if (Files.isDirectory(child, NOFOLLOW_LINKS) && !Inputs.isNoise(child)) {
        cover(child, found);
      }
    }
  }

  private static List<Path> list(Path folder, List<Path> found) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(children::add);
    } catch (IOException | DirectoryIteratorException e) {
      // It has gone again; who is above sees that.
    }
    found.addAll(children);
    return children;
  }

  /** Returns whether the folder was not watched before. */
  private boolean post(Path folder) {
    wanted.add(folder);
    try {
      Object inode = Files.getAttribute(folder, "unix:ino");
      Post post = posts.get(folder);
      if (post != null && post.key.isValid() && post.inode.equals(inode)) {
        return false;
      }
      WatchKey key = folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
      posts.put(folder, new Post(key, inode));
      return true;
    } catch (NoSuchFileException | NotDirectoryException | ClosedWatchServiceException e) {
      return false;
    } catch (IOException e) {
      if (!limited) {
        System.getLogger("pounce").log(Level.WARNING, "Can't watch " + folder + ": " + e);
      }
      limited = true;
      return false;
    }
  }

  /**
   * Whether a file was written, or put where it is, at a time or after it. Of a folder that can't
   * be told: its time is also that of what was put into it.
   */
  static boolean isSince(Path file, FileTime time) {
    try {
      return !Files.isDirectory(file)
          && ((FileTime) Files.getAttribute(file, "unix:ctime")).compareTo(time) >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
