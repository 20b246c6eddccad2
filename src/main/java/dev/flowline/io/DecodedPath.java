package dev.flowline.io;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The path that a text means which Java decoded, as an argument of a program or a variable of its
 * environment. Bytes that are no UTF-8, such as names in Latin-1, become U+FFFD: the text then
 * names no file. It is found again as the one file in its folder whose name decodes to the same
 * text.
 */
public final class DecodedPath {
  private static final String UNDECODED = "\uFFFD";

  private DecodedPath() {}

  /**
   * Returns the path that a text means.
   *
   * @throws IllegalArgumentException if it is no path, or several files have this name
   */
  public static Path of(String value) {
    try {
      Path path = Path.of(value);
      boolean asItIs = !value.contains(UNDECODED) || Files.exists(path, LinkOption.NOFOLLOW_LINKS);
      return asItIs ? path : found(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + value + "' is no path: " + e.getReason(), e);
    }
  }

  /** Returns the path with the names that lie there; as it is from where nothing lies there. */
  private static Path found(Path path) {
    Path found = path.getRoot();
    for (Path name : path) {
      Path next = found == null ? name : found.resolve(name);
      boolean decoded = name.toString().contains(UNDECODED);
      found = decoded && !Files.exists(next, LinkOption.NOFOLLOW_LINKS) ? one(found, name) : next;
    }
    return found;
  }

  private static Path one(Path folder, Path name) {
    List<Path> alike = new ArrayList<>();
    Path listed = folder == null ? Path.of("") : folder;
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            listed, entry -> entry.getFileName().toString().equals(name.toString()))) {
      entries.forEach(alike::add);
    } catch (IOException | DirectoryIteratorException e) {
      alike.clear(); // the command reports that there is no such file
    }
    if (alike.size() > 1) {
      throw new IllegalArgumentException(
          "%s: %s files have this name, in bytes that are not UTF-8: name their folder, or rename them"
              .formatted(listed.resolve(name), alike.size()));
    }
    return alike.isEmpty() ? listed.resolve(name) : alike.get(0);
  }
}
