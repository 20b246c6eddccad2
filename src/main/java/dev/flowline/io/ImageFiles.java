package dev.flowline.io;

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
 * Lists image files: those that are named, and all in the folders that are named and below, links
 * followed. A folder that cannot be read is an entry too, with its error, so that no image is lost
 * unnoticed.
 */
public final class ImageFiles {
  private final Path output;
  private final List<ListedImage> found = new ArrayList<>();

  private ImageFiles(Path output) {
    this.output = output;
  }

  /**
   * Returns the images, in the order of the arguments; those of a folder are sorted by path.
   *
   * @param arguments image files and folders
   * @param output folder for results, which is not listed; null for none
   * @throws IllegalArgumentException if {@code output} is one of the folders, or two results in it
   *     would have the same name
   */
  public static List<ListedImage> list(List<Path> arguments, Path output) {
    Path existing = output == null ? null : real(output);
    ImageFiles sources = new ImageFiles(existing);
    for (Path argument : arguments) {
      if (!Files.isDirectory(argument)) {
        sources.found.add(new ListedImage(argument, argument.getFileName(), null));
      } else if (existing != null && existing.equals(real(argument))) {
        throw new IllegalArgumentException(
            "output must be another folder than that of the images, both are " + argument);
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
      Path other = image.error() == null ? named.put(image.name(), image.file()) : null;
      if (other != null) {
        throw new IllegalArgumentException(
            "the results of %s and %s would have the same name: give them another output folder each"
                .formatted(other, image.file()));
      }
    }
  }
}
