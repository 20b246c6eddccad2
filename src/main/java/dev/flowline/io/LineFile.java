package dev.flowline.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A text file that only grows, a line at a time. Several processes may append to it: one waits for
 * the other, and each knows all lines before its own. A line is there as a whole or not at all; a
 * piece without a line feed, which a killed process or a full disk has left, is no line, and the
 * next line takes its place.
 *
 * <p>It is no {@link AtomicFile}, which replaces a file: that would need the right to write into
 * the folder, and a file that may only be appended to (chattr +a) could not be one.
 */
public final class LineFile {
  private static final long MOST_BYTES = 1L << 26;

  /**
   * The lock of this process. A process loses its lock of a file when it closes any channel of that
   * file, so that reading waits, too.
   */
  private static final Object ONE_AT_A_TIME = new Object();

  /** Makes the next line. */
  @FunctionalInterface
  public interface NextLine {
    /**
     * Returns the next line, without a line feed.
     *
     * @param before all lines of the file
     * @throws IOException naming the file, if no line may follow these
     */
    String after(List<String> before) throws IOException;
  }

  private LineFile() {}

  /**
   * Reads all lines, without their line feeds.
   *
   * @throws IOException naming the file, if it cannot be read or is no text in UTF-8
   */
  public static List<String> read(Path file) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      ImageFormat.requireRegular(file);
      try (FileBytes bytes = FileBytes.open(file)) {
        return lines(content(bytes));
      } catch (IOException e) {
        throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
      }
    }
  }

  /**
   * Requires, before anything takes time, that a line can probably be appended.
   *
   * @throws IOException naming the file, if there is something else, or no permission
   */
  public static void requireAppendable(Path file) throws IOException {
    if (Files.exists(file)) {
      ImageFormat.requireRegular(file);
    }
    Path there = file.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      throw new IOException("cannot write " + file + ": no permission");
    }
  }

  /**
   * Appends a line, and forces it to the disk. Makes the file, and the folders above it, if they
   * are missing.
   *
   * @return the line
   * @throws IOException as {@code next} throws it, or naming the file, if it cannot be written; the
   *     file then has the lines that it had
   */
  public static String append(Path file, NextLine next) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      if (Files.exists(file)) {
        ImageFormat.requireRegular(file);
      }
      try (FinalWrites.Write ended = FinalWrites.begin()) {
        Path target = SymbolicLinks.behind(file.toAbsolutePath());
        Files.createDirectories(target.getParent());
        return appended(target, next);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (IOException e) {
        throw new IOException("cannot write " + file + ": " + FileFault.of(e), e);
      }
    }
  }

  private static String appended(Path file, NextLine next) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.lock(); // waits for another process; closing either channel releases it
      try (FileBytes in = FileBytes.open(file)) {
        byte[] content = content(in);
        long whole = wholeLines(content);
        String line = made(next, lines(content));
        if (whole < content.length) {
          out.truncate(whole);
        }
        write(out, whole, line);
        return line;
      }
    }
  }

  private static String made(NextLine next, List<String> before) {
    try {
      return next.after(before);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // its own words, not those of a failure to write
    }
  }

  private static void write(FileChannel out, long end, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    } catch (IOException e) {
      try {
        out.truncate(end);
      } catch (IOException piece) {
        e.addSuppressed(piece); // it stays, and is no line
      }
      throw e;
    }
  }

  private static byte[] content(FileBytes file) throws IOException {
    if (file.size() > MOST_BYTES) {
      throw new IOException("it has %s bytes, at most %s".formatted(file.size(), MOST_BYTES));
    }
    return file.read(0, file.size()).array();
  }

  /** Returns the number of bytes up to the last line feed, which is one of them. */
  private static int wholeLines(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  private static List<String> lines(byte[] content) throws IOException {
    ByteBuffer whole = ByteBuffer.wrap(content, 0, wholeLines(content));
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(whole).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is no text in UTF-8", e);
    }
    return text.isEmpty()
        ? List.of()
        : List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }
}
