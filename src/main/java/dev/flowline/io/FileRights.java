package dev.flowline.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The owner, group and rights of a file, for the one that replaces it.
 *
 * @param owner account that owns the file; null if the file keeps the owner and the rights that it
 *     was made with
 */
record FileRights(UserPrincipal owner, GroupPrincipal group, Set<PosixFilePermission> rights) {
  /** The rights of a file that nobody but its owner reads. */
  static final FileRights OF_OWNER_ONLY = new FileRights(null, null, Set.of());

  /**
   * Reads the rights of a file; empty if there is none.
   *
   * @throws IOException if there is something else, such as a folder or a device
   */
  static Optional<FileRights> of(Path file) throws IOException {
    try {
      PosixFileAttributeView view = view(file);
      BasicFileAttributes found =
          view != null
              ? view.readAttributes()
              : Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isRegularFile()) {
        throw new IOException("it is " + (found.isDirectory() ? "a folder" : "no regular file"));
      }
      return Optional.of(
          found instanceof PosixFileAttributes posix
              ? new FileRights(posix.owner(), posix.group(), posix.permissions())
              : new FileRights(null, null, Set.of()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Gives these rights to another file. If its group cannot be this one, the group gets no more
   * than all others have.
   *
   * @throws IOException if the rights cannot be set
   */
  void giveTo(Path file) throws IOException {
    if (owner == null) {
      return;
    }
    PosixFileAttributeView view = view(file);
    PosixFileAttributes now = view.readAttributes();
    Set<PosixFilePermission> given = EnumSet.noneOf(PosixFilePermission.class);
    given.addAll(rights);
    if (!now.group().equals(group) && !allowed(() -> view.setGroup(group))) {
      restrictGroup(given);
    }
    if (!now.owner().equals(owner)) {
      allowed(() -> view.setOwner(owner)); // otherwise it belongs to who writes it
    }
    if (!now.permissions().equals(given)) {
      view.setPermissions(given);
    }
  }

  private static void restrictGroup(Set<PosixFilePermission> given) {
    if (!given.contains(PosixFilePermission.OTHERS_READ)) {
      given.remove(PosixFilePermission.GROUP_READ);
    }
    if (!given.contains(PosixFilePermission.OTHERS_WRITE)) {
      given.remove(PosixFilePermission.GROUP_WRITE);
    }
    if (!given.contains(PosixFilePermission.OTHERS_EXECUTE)) {
      given.remove(PosixFilePermission.GROUP_EXECUTE);
    }
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Returns whether the system allowed a change that only some accounts may make. */
  private static boolean allowed(Change change) {
    try {
      change.make();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }
}
