package dev.flowline.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that is being written, until it is whole and gets its name. It is called {@code
 * .flowline-UUID.partial}, is made by nobody else, and holds a lock of the system, by which others
 * see that its writer lives. The first partial file of a process in a folder removes those that
 * killed processes left there.
 */
final class PartialFile implements AutoCloseable {
  private static final String LEFTOVERS = ".flowline-*.partial";
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final FileAttribute<?> OF_OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int TRIES = 10;

  /**
   * The partial files of this process, which loses a lock if it opens and closes its file again.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private static final Set<Path> CLEARED = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private boolean moved;

  private PartialFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes an empty partial file.
   *
   * @param folder a real path
   * @param rights which it has before there is anything in it; empty for those of any new file
   */
  static PartialFile in(Path folder, Optional<FileRights> rights) throws IOException {
    removeLeftovers(folder);
    for (int i = 0; i < TRIES; i++) {
      PartialFile made = make(folder, rights.isPresent());
      boolean kept = false;
      try {
        if (rights.isPresent()) {
          rights.get().giveTo(made.path); // opens and closes it, which would lose the lock
        }
        kept = made.isLocked();
      } catch (NoSuchFileException e) {
        continue; // another process took it for a leftover
      } finally {
        if (!kept) {
          made.close();
        }
      }
      if (kept) {
        return made;
      }
    }
    throw new IOException("another process removes its partial files");
  }

  private static PartialFile make(Path folder, boolean confidential) throws IOException {
    Path path = folder.resolve(LEFTOVERS.replace("*", UUID.randomUUID().toString()));
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] rights =
        confidential && posix ? new FileAttribute<?>[] {OF_OWNER_ONLY} : new FileAttribute<?>[0];
    OURS.add(path);
    try {
      return new PartialFile(path, FileChannel.open(path, NEW, rights));
    } catch (IOException | RuntimeException e) {
      OURS.remove(path);
      throw e;
    }
  }

  /** Locks the file; returns false if another process took it for a leftover before. */
  private boolean isLocked() {
    try {
      return channel.tryLock() != null && !Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return true; // the file system has no locks, so that nobody removes leftovers
    }
  }

  Path path() {
    return path;
  }

  FileChannel channel() {
    return channel;
  }

  /** Gives the file its name, in the same folder; replaces what has it. */
  void moveTo(Path file) throws IOException {
    Files.move(path, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    moved = true;
  }

  /** Takes the name away and returns the channel, which belongs to the caller. */
  FileChannel withoutName() throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      try (this) {
        throw e;
      }
    }
    OURS.remove(path);
    return channel;
  }

  /** Removes the file if it did not get its name. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (!moved) {
        Files.deleteIfExists(path);
      }
    } finally {
      OURS.remove(path);
    }
  }

  private static void removeLeftovers(Path folder) {
    if (!CLEARED.add(folder)) {
      return;
    }
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, LEFTOVERS)) {
      for (Path leftover : leftovers) {
        if (!OURS.contains(leftover) && Files.isRegularFile(leftover, LinkOption.NOFOLLOW_LINKS)) {
          removeIfUnlocked(leftover);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // They stay: the folder can be written, perhaps, even if it cannot be listed.
    }
  }

  private static void removeIfUnlocked(Path leftover) {
    try (FileChannel channel =
        FileChannel.open(leftover, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.tryLock() != null) {
        Files.deleteIfExists(leftover);
      }
    } catch (IOException e) {
      // It stays: it is another account's, or was removed by another process meanwhile.
    }
  }
}
