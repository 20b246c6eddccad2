package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The contents of a folder, sorted by name, hidden files left out, oddities collected as warnings.
 */
final class Listing {
  private static final int NAMED = 5;

  private final List<String> warnings = new ArrayList<>();

  List<String> warnings() {
    return warnings;
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** "3 images have no mask: a, b, c"; the first few are named. Nothing if there are none. */
  void warnOf(List<Path> files, String what) {
    if (!files.isEmpty()) {
      List<String> names = files.stream().limit(NAMED).map(Path::toString).toList();
      String rest = files.size() > NAMED ? ", …" : "";
      warnings.add(files.size() + " " + what + ": " + String.join(", ", names) + rest);
    }
  }

  /** The image files directly in a folder; others are warned of. */
  List<Path> images(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (Path file : entries(folder)) {
      if (!Files.isDirectory(file)) {
        (Images.isImage(file) ? images : others).add(file);
      }
    }
    warnOf(others, "files are no images and are ignored");
    if (images.isEmpty()) {
      warn("folder " + folder + " holds no image");
    }
    return images;
  }

  /**
   * The image files directly in a folder.
   *
   * @throws IOException naming the folder, if it is missing or holds none
   */
  List<Path> imagesToLearnFrom(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("cannot read dataset: folder " + folder + " is missing");
    }
    List<Path> images = images(folder);
    if (images.isEmpty()) {
      throw new IOException(
          "cannot read dataset: folder " + folder + " holds no image (jpg, png, bmp, tif)");
    }
    return images;
  }

  /** The folders directly in a folder; none if there is no such folder. */
  static List<Path> folders(Path folder) throws IOException {
    return entries(folder).stream().filter(Files::isDirectory).toList();
  }

  /** Everything directly in a folder but hidden files; nothing if there is no such folder. */
  static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !nameOf(entry).startsWith("."))
          .sorted(Comparator.comparing(Listing::nameOf))
          .toList();
    } catch (IOException e) {
      throw new IOException("cannot list folder " + folder + ": " + FileFault.of(e), e);
    }
  }

  static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  /** A file's name without its extension. */
  static String stemOf(Path file) {
    String name = nameOf(file);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
