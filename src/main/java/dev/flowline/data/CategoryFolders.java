package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folders of categories, known by a folder in each of them. They lie in the root; a root that
 * holds that folder itself is the only category, under its own name.
 */
final class CategoryFolders {
  private CategoryFolders() {}

  /** Returns the categories, sorted. */
  static List<String> with(Path root, String known) throws IOException {
    if (Files.isDirectory(root.resolve(known))) {
      return List.of(ownName(root));
    }
    return Listing.folders(root).stream()
        .filter(folder -> Files.isDirectory(folder.resolve(known)))
        .map(Listing::nameOf)
        .toList();
  }

  /** Returns the folder of a category. */
  static Path folder(Path root, String category, String known) {
    return Files.isDirectory(root.resolve(known)) ? root : root.resolve(category);
  }

  /** Returns the folder by which a category is known, in words and by category. */
  static Map<String, String> signs(Path root, String known) throws IOException {
    Map<String, String> signs = new TreeMap<>();
    for (String category : with(root, known)) {
      signs.put(category, folder(root, category, known).resolve(known) + " is there");
    }
    return signs;
  }

  /** Returns the name of a folder, also of one that is named as '.'. */
  static String ownName(Path root) {
    Path name = root.toAbsolutePath().normalize().getFileName();
    return name == null ? "root" : name.toString();
  }
}
