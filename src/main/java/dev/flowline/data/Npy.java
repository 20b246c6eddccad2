package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A NumPy array file of one dimension (frames) or three (frames, height, width), of which single
 * frames are read. Its values are booleans, integers, or floating-point numbers that are whole;
 * what is not 0 counts as true.
 *
 * @param offset of the first value, in bytes
 */
record Npy(Path file, NpyHeader header, long offset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /**
   * The longest header that is read; NumPy writes less than a hundred bytes, and pads them to 64.
   */
  private static final int LONGEST_HEADER = 1 << 16;

  /** Values that are read at once: as many as the pixels of the largest image. */
  private static final int MOST_VALUES = 1 << 28;

  private static final int CHUNK = 1 << 16;

  /**
   * Reads the header.
   *
   * @throws IOException naming the file, if it is missing, truncated or holds other things
   */
  static Npy open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw cannotRead(file, new IOException("it is no regular file"));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer start = read(channel, 0, 12);
      int version = start.get(6);
      if (!Arrays.equals(MAGIC, Arrays.copyOf(start.array(), MAGIC.length))
          || version < 1
          || version > 3) {
        throw new IOException("not a NumPy array file");
      }
      int lengthBytes = version == 1 ? 2 : 4;
      int length = lengthBytes == 2 ? start.getShort(8) & 0xFFFF : start.getInt(8);
      long offset = 8L + lengthBytes + length;
      if (length < 0 || length > LONGEST_HEADER || offset > channel.size()) {
        throw new IOException("its header is truncated or too long");
      }
      byte[] text = read(channel, 8 + lengthBytes, length).array();
      NpyHeader header = NpyHeader.parse(new String(text, StandardCharsets.ISO_8859_1));
      requireShape(header.shape());
      if (header.values() > (channel.size() - offset) / header.itemBytes()) {
        throw new IOException("its data are truncated");
      }
      return new Npy(file, header, offset);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static void requireShape(int[] shape) throws IOException {
    if (shape.length != 1 && shape.length != 3) {
      throw new IOException("its shape must have 1 or 3 dimensions, is " + Arrays.toString(shape));
    }
    if (shape.length == 3) {
      long pixels = (long) shape[1] * shape[2];
      if (pixels < 1 || pixels > MOST_VALUES) {
        throw new IOException(
            "its frames must have 1 to %s pixels, are %s x %s"
                .formatted(MOST_VALUES, shape[1], shape[2]));
      }
    } else if (shape[0] > MOST_VALUES) {
      throw new IOException("it has %s labels, at most %s".formatted(shape[0], MOST_VALUES));
    }
  }

  private static IOException cannotRead(Path file, IOException e) {
    return new IOException("cannot read array " + file + ": " + FileFault.of(e), e);
  }

  int frames() {
    return header.shape()[0];
  }

  /** Reads a one-dimensional array, one value per frame. */
  boolean[] readLabels() throws IOException {
    requireDimensions(1);
    return readTruths(0, frames());
  }

  /** Reads one frame of a three-dimensional array as a grey image of the levels 0 and 255. */
  Image readMask(int frame) throws IOException {
    requireDimensions(3);
    if (frame < 0 || frame >= frames()) {
      throw new IOException(
          "cannot read array " + file + ": no frame " + frame + " of " + frames());
    }
    int height = header.shape()[1];
    int width = header.shape()[2];
    boolean[] truths = readTruths((long) frame * height * width, height * width);
    byte[] levels = new byte[truths.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (truths[i] ? 255 : 0);
    }
    return Image.of8(height, width, 1, levels);
  }

  private void requireDimensions(int dimensions) throws IOException {
    if (header.shape().length != dimensions) {
      throw new IOException(
          "cannot read array %s: its shape must have %s dimensions, is %s"
              .formatted(file, dimensions, Arrays.toString(header.shape())));
    }
  }

  private boolean[] readTruths(long first, int count) throws IOException {
    boolean[] truths = new boolean[count];
    int bytes = header.itemBytes();
    try (FileChannel channel = FileChannel.open(file)) {
      for (int from = 0; from < count; from += CHUNK) {
        int values = Math.min(CHUNK, count - from);
        ByteBuffer chunk = read(channel, offset + (first + from) * bytes, values * bytes);
        chunk.order(header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values; i++) {
          truths[from + i] = truth(chunk, i * bytes);
        }
      }
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    return truths;
  }

  private boolean truth(ByteBuffer chunk, int at) throws IOException {
    if (header.kind() == 'f') {
      double value = header.itemBytes() == 4 ? chunk.getFloat(at) : chunk.getDouble(at);
      if (value != Math.rint(value) || Double.isInfinite(value)) {
        throw new IOException("it holds %s: a mask has whole numbers".formatted(value));
      }
      return value != 0;
    }
    for (int i = 0; i < header.itemBytes(); i++) {
      if (chunk.get(at + i) != 0) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position + buffer.position());
      if (read < 0) {
        throw new IOException("it is truncated");
      }
    }
    return buffer.flip();
  }
}
