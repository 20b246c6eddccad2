package dev.flowline.cli;

import dev.flowline.io.FileFault;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The list of images that a command is given: files, and all images in folders and below, links
 * followed. A folder that cannot be read is an entry too, with its error, so that no image is lost
 * unnoticed.
 */
final class InspectionSources {
  /**
   * An entry of the list.
   *
   * @param file image, or a folder that cannot be read
   * @param name name of its results: its path below the folder that the user named
   * @param error why it is not read; null for none
   */
  record ListedImage(Path file, Path name, String error) {
    /** Does the work on the image and returns what went wrong in one line; null if nothing did. */
    String tried(Work work) {
      if (error != null) {
        return error;
      }
      try {
        work.run();
        return null;
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        String message = Failures.describe(e);
        return message.contains(file.toString()) ? message : file + ": " + message;
      }
    }
  }

  /** The work on one image. */
  interface Work {
    void run() throws IOException;
  }

  private final Path output;
  private final List<ListedImage> found = new ArrayList<>();

  private InspectionSources(Path output) {
    this.output = output;
  }

  /**
   * Returns the list.
   *
   * @param output folder for results, which are not inspected; null for none
   * @throws IllegalArgumentException if results would lie among the images, or two of them would
   *     have the same name
   */
  static List<ListedImage> of(List<Path> arguments, Path output) {
    Path existing = output == null ? null : real(output);
    InspectionSources sources = new InspectionSources(existing);
    for (Path argument : arguments) {
      if (!Files.isDirectory(argument)) {
        sources.found.add(new ListedImage(argument, argument.getFileName(), null));
      } else if (existing != null && existing.equals(real(argument))) {
        throw new IllegalArgumentException(
            "--output must be another folder than that of the images, both are " + argument);
      } else {
        sources.walk(argument);
      }
    }
    if (output != null) {
      requireDistinctNames(sources.found);
    }
    return sources.found;
  }

  private void walk(Path root) {
    List<ListedImage> below = new ArrayList<>();
    FileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean ofResults = output != null && output.equals(real(folder));
            return ofResults ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Images.isImage(file)) {
              below.add(new ListedImage(file, root.relativize(file), null));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            if (!(e instanceof FileSystemLoopException)) { // what it leads to is visited anyway
              below.add(unreadable(root, file, e));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            if (e != null) {
              below.add(unreadable(root, folder, e));
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(
          root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    } catch (IOException e) {
      below.add(unreadable(root, root, e));
    }
    if (below.isEmpty()) {
      below.add(new ListedImage(root, root.getFileName(), "no image in " + root));
    }
    below.sort(Comparator.comparing(ListedImage::file));
    found.addAll(below);
  }

  private static ListedImage unreadable(Path root, Path file, IOException e) {
    return new ListedImage(
        file, root.relativize(file), "cannot read " + file + ": " + FileFault.of(e));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  private static void requireDistinctNames(List<ListedImage> images) {
    Map<Path, Path> named = new HashMap<>();
    for (ListedImage image : images) {
      Path other = image.error == null ? named.put(image.name, image.file) : null;
      if (other != null) {
        throw new IllegalArgumentException(
            "--output: the results of %s and %s would have the same name: inspect them apart, each with another --output"
                .formatted(other, image.file));
      }
    }
  }
}
