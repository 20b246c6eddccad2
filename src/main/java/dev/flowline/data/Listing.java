package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.FileKind;
import dev.flowline.io.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The contents of a folder, sorted by name, what {@link FileKind#isLeftBehind} names left out,
 * oddities collected as warnings.
 */
final class Listing {
  private final List<String> warnings = new ArrayList<>();

  List<String> warnings() {
    return warnings;
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** Warns of files: "3 images have no mask: a, b, c". Nothing if there are none. */
  void warnOf(List<Path> files, String what) {
    if (!files.isEmpty()) {
      warnings.add(files.size() + " " + what + ": " + FileNames.of(files));
    }
  }

  /** Returns the image files directly in a folder, and warns of others. */
  List<Path> images(Path folder) throws IOException {
    Map<FileKind, List<Path>> files = byKind(folder);
    List<Path> images = files.get(FileKind.IMAGE);
    warnOf(
        files.get(FileKind.UNREAD_IMAGE),
        "files are images of formats that Flowline does not read and are ignored");
    warnOf(files.get(FileKind.OTHER), "files are no images and are ignored");
    warnOf(files.get(FileKind.NO_REGULAR_FILE), "entries are pipes or devices and are ignored");
    if (images.isEmpty()) {
      warn("folder " + folder + " holds no image" + FolderHint.withoutImages(folder));
    }
    return images;
  }

  /** Returns the image files directly in a folder, without a warning. */
  static List<Path> imagesIn(Path folder) throws IOException {
    return byKind(folder).get(FileKind.IMAGE);
  }

  private static Map<FileKind, List<Path>> byKind(Path folder) throws IOException {
    Map<FileKind, List<Path>> files = new EnumMap<>(FileKind.class);
    for (FileKind kind : FileKind.values()) {
      files.put(kind, new ArrayList<>());
    }
    for (Path entry : entries(folder)) {
      files.get(FileKind.of(entry)).add(entry);
    }
    return files;
  }

  /**
   * Returns the image files directly in a folder.
   *
   * @throws IOException naming the folder and what lies there, if it is missing or holds none
   */
  List<Path> imagesToLearnFrom(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "cannot read dataset: folder "
              + folder
              + " is missing"
              + FolderHint.withoutFolder(folder.getParent(), nameOf(folder)));
    }
    List<Path> images = images(folder);
    if (images.isEmpty()) {
      throw new IOException(
          "cannot read dataset: folder "
              + folder
              + " holds no image"
              + FolderHint.withoutImages(folder));
    }
    return images;
  }

  /** Returns the folders directly in a folder; none if there is no such folder. */
  static List<Path> folders(Path folder) throws IOException {
    return entries(folder).stream().filter(Files::isDirectory).toList();
  }

  /** Returns all that lies directly in a folder; nothing if there is no such folder. */
  static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !FileKind.isLeftBehind(entry))
          .sorted(Comparator.comparing(Listing::nameOf))
          .toList();
    } catch (IOException e) {
      throw new IOException("cannot list folder " + folder + ": " + FileFault.of(e), e);
    }
  }

  static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  /** Returns a file's name without its extension. */
  static String stemOf(Path file) {
    String name = nameOf(file);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
