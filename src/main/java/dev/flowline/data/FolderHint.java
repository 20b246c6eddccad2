package dev.flowline.data;

import dev.flowline.io.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The end of a message about a folder that lacks what was looked for: what lies there instead, and
 * what to do. It begins with a colon.
 */
final class FolderHint {
  /** Names that people give to the folder of good images, in lower case. */
  private static final Set<String> GOOD_NAMES =
      Set.of("good", "ok", "okay", "gut", "normal", "pass", "passed", "fine");

  private static final Set<String> ARCHIVES =
      Set.of("zip", "tar", "gz", "tgz", "xz", "bz2", "7z", "rar", "zst");

  private FolderHint() {}

  /** Returns the hint on a folder without images. */
  static String withoutImages(Path folder) throws IOException {
    List<Path> holders = holders(folder);
    return holders.isEmpty()
        ? contents(folder)
        : ": its images lie one folder deeper, in %s: move them up"
            .formatted(FileNames.of(holders));
  }

  /** Returns the hint on a folder that should hold another one. */
  static String withoutFolder(Path folder, String missing) throws IOException {
    Path meant = meant(folder, missing);
    if (meant != null) {
      return ": %s lies there, rename it %s".formatted(meant, missing);
    }
    List<Path> images = Listing.imagesIn(folder);
    return images.isEmpty()
        ? contents(folder)
        : ": it holds images (%s): move the good ones into %s"
            .formatted(FileNames.of(images), folder.resolve(missing));
  }

  /** Returns the hint on a folder in which no layout is recognised. */
  static String withoutDataset(Path root) throws IOException {
    List<Path> places = new ArrayList<>(List.of(root, root.resolve("train")));
    for (Path folder : Listing.folders(root)) {
      places.add(folder);
      places.add(folder.resolve("train"));
    }
    for (Path place : places) {
      Path meant = meant(place, Sample.GOOD);
      if (meant != null) {
        return ": %s lies there, rename it %s".formatted(meant, Sample.GOOD);
      }
    }
    for (Path folder : Listing.folders(root)) {
      boolean holdsFolders = !Listing.folders(folder).isEmpty(); // else it may be of any meaning
      if (holdsFolders && !LayoutGuess.all(folder, null).isEmpty()) {
        return ": it lies one folder deeper, name %s".formatted(folder);
      }
    }
    if (Listing.entries(root).isEmpty()) {
      return contents(root) + ": put images of good parts into " + root.resolve(Sample.GOOD);
    }
    List<Path> holders = holders(root);
    return holders.isEmpty()
        ? contents(root)
        : ": images lie in %s: name the folder of the good ones %s"
            .formatted(FileNames.of(holders), root.resolve(Sample.GOOD));
  }

  /** Returns the folder that is probably meant, under another name; null if there is none. */
  private static Path meant(Path folder, String missing) throws IOException {
    for (Path below : Listing.folders(folder)) {
      String name = Listing.nameOf(below);
      boolean isGood =
          GOOD_NAMES.contains(missing) && GOOD_NAMES.contains(name.toLowerCase(Locale.ROOT));
      if (!name.equals(missing) && (isGood || name.equalsIgnoreCase(missing))) {
        return below;
      }
    }
    return null;
  }

  /** Returns the folders directly in a folder that hold images. */
  private static List<Path> holders(Path folder) throws IOException {
    List<Path> holders = new ArrayList<>();
    for (Path below : Listing.folders(folder)) {
      if (!Listing.imagesIn(below).isEmpty()) {
        holders.add(below);
      }
    }
    return holders;
  }

  private static String contents(Path folder) throws IOException {
    List<Path> entries = Listing.entries(folder);
    List<Path> archives = entries.stream().filter(FolderHint::isArchive).toList();
    if (!archives.isEmpty()) {
      return ": unpack " + FileNames.of(archives);
    }
    return entries.isEmpty()
        ? ": " + folder + " is empty"
        : ": what lies there is " + FileNames.of(entries);
  }

  /** Returns whether a file is named as an archive. */
  static boolean isArchive(Path file) {
    String name = Listing.nameOf(file).toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    return dot > 0 && ARCHIVES.contains(name.substring(dot + 1)) && Files.isRegularFile(file);
  }
}
