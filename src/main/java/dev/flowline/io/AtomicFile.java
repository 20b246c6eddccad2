package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Writes a file beside its destination, forces it to the disk and renames it: a reader sees the old
 * file or the new one, whole, also after a crash, on a full disk, or if several processes write it.
 *
 * <p>What is not yet whole is a {@link PartialFile}. If the destination is a symbolic link, the
 * file behind it is replaced and the link stays. The new file has the rights of the old one, and
 * its owner and group where the system allows it; access control lists and extended attributes are
 * not kept.
 */
public final class AtomicFile {
  /** Fills the file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a file, and makes the folders above it if they are missing.
   *
   * @throws IOException naming the file and the reason, if it cannot be written. The file is then
   *     the old one or, if only the folder could not be forced to the disk, the new one; the
   *     partial one is removed
   */
  public static void write(Path file, Content content) throws IOException {
    try (FinalWrites.Write ended = FinalWrites.begin()) {
      replace(SymbolicLinks.behind(file.toAbsolutePath()), content);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + FileFault.of(e), e);
    }
  }

  /**
   * Writes text, in UTF-8.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  private static void replace(Path named, Content content) throws IOException {
    Files.createDirectories(named.getParent());
    Path folder = named.getParent().toRealPath();
    Path file = folder.resolve(named.getFileName());
    Optional<FileRights> old = FileRights.of(file);
    try (PartialFile partial = PartialFile.in(folder, old)) {
      content.writeTo(partial.channel());
      partial.channel().force(true);
      partial.moveTo(file);
    }
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true); // the rename itself
    }
  }
}
