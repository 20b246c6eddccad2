package dev.flowline.io;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/**
 * A walk through a folder and all folders below, links followed, each folder once. What cannot be
 * read is an entry with its error.
 */
final class FolderWalk extends SimpleFileVisitor<Path> {
  private final Path root;
  private final Path results;
  private final List<ListedImage> images = new ArrayList<>();
  private final List<Path> leftOut = new ArrayList<>();

  private FolderWalk(Path root, Path results) {
    this.root = root;
    this.results = results;
  }

  /**
   * Walks through a folder.
   *
   * @param results the real path of a folder that is not visited; null for none
   */
  static FolderWalk of(Path root, Path results) {
    FolderWalk walk = new FolderWalk(root, results);
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    } catch (IOException e) {
      walk.add(root, unreadable(root, FileFault.of(e)));
    }
    walk.leftOut.sort(Comparator.naturalOrder());
    if (walk.images.isEmpty()) {
      String beside = walk.leftOut.isEmpty() ? "" : ": it holds " + FileNames.of(walk.leftOut);
      walk.images.add(new ListedImage(root, root.getFileName(), "no image in " + root + beside));
    }
    walk.images.sort(Comparator.comparing(ListedImage::file));
    return walk;
  }

  List<ListedImage> images() {
    return images;
  }

  List<Path> leftOut() {
    return leftOut;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    boolean isSkipped =
        !folder.equals(root) && FileKind.isLeftBehind(folder)
            || results != null && results.equals(real(folder));
    return isSkipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (!FileKind.isLeftBehind(file)) {
      switch (FileKind.of(file)) {
        case IMAGE, UNREAD_IMAGE -> add(file, null); // whoever reads it names the format
        default -> leftOut.add(file);
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    boolean isCounted =
        !(e instanceof FileSystemLoopException) // what it leads to is visited anyway
            && (file.equals(root) || !FileKind.isLeftBehind(file));
    if (isCounted) {
      add(file, unreadable(file, FileFault.of(e)));
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, IOException e) {
    if (e != null) {
      add(folder, unreadable(folder, FileFault.of(e)));
    }
    return FileVisitResult.CONTINUE;
  }

  private void add(Path file, String error) {
    images.add(new ListedImage(file, root.relativize(file), error));
  }

  private static String unreadable(Path file, String why) {
    return "cannot read " + file + ": " + why;
  }

  static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
