package dev.flowline.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file open for reading, whose bytes are copied to the heap as they are asked for. Nothing is
 * mapped: a mapping lives until the garbage collector finds it, a process may have 65,530 of them,
 * and a file that somebody shortens under a mapping takes the virtual machine with it. Here that is
 * an IOException.
 */
final class FileBytes implements AutoCloseable {
  /** A channel keeps a native buffer of the largest piece that it was asked for. */
  private static final int PIECE = 1 << 20;

  private final FileChannel channel;
  private final long size;

  private FileBytes(FileChannel channel) throws IOException {
    this.channel = channel;
    size = channel.size();
  }

  static FileBytes open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FileBytes(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The number of bytes that the file had when it was opened. */
  long size() {
    return size;
  }

  /** Returns whether the file has so many bytes from an offset on. */
  boolean has(long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= size - length;
  }

  /**
   * Returns a copy of a part of the file, little-endian, from position 0 to its limit.
   *
   * @throws IOException if the file ends before, or the part does not fit into memory
   */
  ByteBuffer read(long offset, long length) throws IOException {
    if (!has(offset, length)) {
      throw new EOFException(
          "truncated: %s bytes at %s are not there, it ends at %s".formatted(length, offset, size));
    }
    ByteBuffer bytes = allocate(length);
    while (bytes.position() < length) {
      bytes.limit((int) Math.min(length, bytes.position() + (long) PIECE));
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("it was shortened while it was read");
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer allocate(long length) throws IOException {
    try {
      return ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (ArithmeticException e) {
      throw new IOException("%s bytes in one piece; at most 2^31 - 1 are read".formatted(length));
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "%s bytes of it do not fit into the Java heap of %s MB; give Java more with -Xmx, flowline by FLOWLINE_JAVA_OPTS=-Xmx8g"
              .formatted(length, Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
