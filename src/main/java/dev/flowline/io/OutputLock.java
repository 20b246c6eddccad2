package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock of a file or folder that one process at a time writes. It is a lock of the operating
 * system on a hidden file, so that it ends with its process, however that ends; the hidden file
 * goes when the lock is closed, and one that a killed process left is taken over.
 */
public final class OutputLock implements AutoCloseable {
  /** The locks of this process, which would lose one if it opened and closed its file again. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  /** The files of the locks that this process holds: it may remove these and no others. */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a file that need not exist, by {@code .NAME.lock} beside it. Makes the folders above it
   * if they are missing. A symbolic link has the lock of the file behind it.
   *
   * @param work that writes the file, in a word for people, such as "training"
   * @throws IOException naming the file, if another process works on it or the lock cannot be made
   */
  public static OutputLock ofFile(Path file, String work) throws IOException {
    try {
      Path target = SymbolicLinks.behind(file.toAbsolutePath());
      Files.createDirectories(target.getParent());
      Path folder = target.getParent().toRealPath();
      return of(folder.resolve("." + target.getFileName() + ".lock"), file, work);
    } catch (BusyException e) {
      throw e;
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /**
   * Locks a folder, by {@code .lock} in it. Makes the folder if it is missing.
   *
   * @param work that writes into the folder, in a word for people, such as "comparison"
   * @throws IOException naming the folder, if another process works in it or the lock cannot be
   *     made
   */
  public static OutputLock ofFolder(Path folder, String work) throws IOException {
    try {
      Files.createDirectories(folder);
      return of(folder.toRealPath().resolve(".lock"), folder, work);
    } catch (BusyException e) {
      throw e;
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
  }

  /**
   * Locks the folder of a report, which a result does not depend on.
   *
   * @param folder null for no report
   * @param what the report is of
   * @param unwritten keeps the failure if the folder cannot be written
   * @return null if there is no folder that can be written
   * @throws BusyException if another process, or another thread of this one, has the lock
   */
  public static OutputLock ofReport(Path folder, String what, LaterFailure unwritten)
      throws BusyException {
    if (folder == null) {
      return null;
    }
    try {
      return ofFolder(folder, what);
    } catch (BusyException e) {
      throw e;
    } catch (IOException e) {
      unwritten.keep(e);
      return null;
    }
  }

  private static IOException cannotWrite(Path output, IOException e) {
    return new IOException("cannot write " + output + ": " + FileFault.of(e), e);
  }

  private static OutputLock of(Path file, Path output, String work) throws IOException {
    if (!OURS.add(file)) {
      throw new BusyException(work, ProcessHandle.current().pid() + ", this one", output);
    }
    FinalWrites.willBeAwaited();
    FileChannel channel = null;
    try {
      channel = acquired(file);
      if (channel == null) {
        throw new BusyException(work, holder(file), output);
      }
      synchronized (HELD) {
        HELD.add(file);
      }
      nameHolder(channel);
      return new OutputLock(file, channel);
    } catch (IOException | RuntimeException e) {
      OURS.remove(file);
      if (channel != null) {
        removeHeld(file);
        channel.close();
      }
      throw e;
    }
  }

  /** Writes the number of this process into its lock. */
  private static void nameHolder(FileChannel channel) {
    String process = ProcessHandle.current().pid() + "\n";
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      // A full disk: the lock holds nevertheless, but its process has no number in messages.
    }
  }

  /** Opens and locks a file; returns null if another process has locked it. */
  private static FileChannel acquired(Path file) throws IOException {
    while (true) {
      Object before = keyOfExisting(file);
      FileChannel channel;
      try {
        channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        continue; // its last holder has removed it
      }
      boolean locked = false;
      boolean present = false;
      try {
        locked = channel.tryLock() != null;
        // A lock on a file that its last holder has removed keeps nobody out.
        present = locked && Objects.equals(before, key(file));
      } catch (NoSuchFileException e) {
        present = false;
      } finally {
        if (!present) {
          channel.close();
        }
      }
      if (present) {
        return channel;
      }
      if (!locked) {
        return null;
      }
    }
  }

  /** Makes a file if it is missing, and returns what tells it from one that was made later. */
  private static Object keyOfExisting(Path file) throws IOException {
    while (true) {
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        // It is there: that of a process that works, or of one that was killed.
      }
      try {
        return key(file);
      } catch (NoSuchFileException e) {
        // Its holder has just removed it.
      }
    }
  }

  private static Object key(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new IOException(file + " is in the way");
    }
    return found.fileKey();
  }

  /** Returns the number of the process that has the lock; empty if it cannot be read. */
  private static String holder(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Removes the files of all locks of this process, which ends. */
  static void removeAll() {
    synchronized (HELD) {
      HELD.forEach(OutputLock::remove);
      HELD.clear();
    }
  }

  /** Removes the file of a lock that is still held: once it is gone, another process makes one. */
  private static void removeHeld(Path file) {
    synchronized (HELD) {
      if (HELD.remove(file)) {
        remove(file);
      }
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It stays and keeps nobody out: the next process takes it over.
    }
  }

  /** Releases the lock. */
  @Override
  public void close() {
    removeHeld(file);
    try {
      channel.close();
    } catch (IOException e) {
      // The system has released the lock nevertheless.
    } finally {
      OURS.remove(file);
    }
  }

  /** The failure to lock what another process, or another thread of this one, writes. */
  public static final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    BusyException(String work, String process, Path output) {
      super(
          "another %s%s writes %s"
              .formatted(work, process.isEmpty() ? "" : " (process " + process + ")", output));
    }
  }
}
