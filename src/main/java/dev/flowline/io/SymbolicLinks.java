package dev.flowline.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;

/** Finds the file that is meant by a path that may be a symbolic link. */
final class SymbolicLinks {
  private static final int LONGEST_CHAIN = 40; // as Linux
  private static final int STICKY_AND_WRITABLE_BY_ALL = 01002;

  private SymbolicLinks() {}

  /**
   * Returns a path behind all links; what it names need not exist.
   *
   * <p>In a folder where everybody may create files, such as /tmp, a link of somebody else is
   * refused: it could lead to any file of the user. Linux has the same rule (protected_symlinks).
   *
   * @param file an absolute path
   * @throws IOException if links lead in a circle, or one cannot be read or is refused
   */
  static Path behind(Path file) throws IOException {
    Path path = file;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      if (!isLink(path)) {
        return path;
      }
      requireTrusted(path);
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    throw new FileSystemLoopException(file.toString());
  }

  private static boolean isLink(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isSymbolicLink();
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(path.getParent())) {
        return false; // the folder above it is what is wrong, and is reported as such
      }
      throw e;
    }
  }

  private static void requireTrusted(Path link) throws IOException {
    Path folder = link.getParent();
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    int mode = (int) Files.getAttribute(folder, "unix:mode");
    if ((mode & STICKY_AND_WRITABLE_BY_ALL) != STICKY_AND_WRITABLE_BY_ALL) {
      return;
    }
    UserPrincipal owner = Files.getOwner(link, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(Files.getOwner(folder)) && !owner.equals(user())) {
      throw new IOException(link + " is a link that belongs to " + owner.getName());
    }
  }

  /** Returns the account of this process. */
  private static UserPrincipal user() throws IOException {
    return Files.getOwner(Path.of("/proc/self"));
  }
}
