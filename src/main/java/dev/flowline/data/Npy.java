package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NumPy array file of booleans or integers of one dimension (frames) or three (frames, height,
 * width), of which single frames are read. What is not 0 counts as true.
 */
record Npy(Path file, int[] shape, int itemBytes, long offset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{.*'descr':\\s*'[<>|=]?([biu])(\\d)'.*'fortran_order':\\s*False.*"
              + "'shape':\\s*\\(([\\d, ]*)\\).*\\}\\s*",
          Pattern.DOTALL);

  /**
   * Reads the header.
   *
   * @throws IOException naming the file, if it is missing, truncated or holds other things
   */
  static Npy open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer start = read(channel, 0, 12);
      if (!Arrays.equals(MAGIC, Arrays.copyOf(start.array(), MAGIC.length))) {
        throw new IOException("not a NumPy array file");
      }
      int lengthBytes = start.get(6) == 1 ? 2 : 4;
      int length = lengthBytes == 2 ? start.getShort(8) & 0xFFFF : start.getInt(8);
      long offset = 8L + lengthBytes + length;
      if (length < 0 || offset > channel.size()) {
        throw new IOException("its header is truncated");
      }
      byte[] header = read(channel, 8 + lengthBytes, length).array();
      Npy array = parse(file, new String(header, StandardCharsets.ISO_8859_1), offset);
      if (array.offset + array.length() * array.itemBytes > channel.size()) {
        throw new IOException("its data are truncated");
      }
      return array;
    } catch (IOException e) {
      throw new IOException("cannot read array " + file + ": " + FileFault.of(e), e);
    }
  }

  private static Npy parse(Path file, String header, long offset) throws IOException {
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IOException("no array of booleans or integers in C order: " + header.strip());
    }
    int[] shape =
        Arrays.stream(matcher.group(3).split("[, ]+"))
            .filter(number -> !number.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    if (shape.length != 1 && shape.length != 3) {
      throw new IOException("its shape must have 1 or 3 dimensions, is " + Arrays.toString(shape));
    }
    return new Npy(file, shape, Integer.parseInt(matcher.group(2)), offset);
  }

  private long length() {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  int frames() {
    return shape[0];
  }

  /** A one-dimensional array, one value a frame. */
  boolean[] readLabels() throws IOException {
    requireDimensions(1);
    return readTruths(0, shape[0]);
  }

  /** Reads one frame of a three-dimensional array as a grey image of the levels 0 and 255. */
  Image readMask(int frame) throws IOException {
    requireDimensions(3);
    if (frame < 0 || frame >= frames()) {
      throw new IOException(
          "cannot read array " + file + ": no frame " + frame + " of " + frames());
    }
    int pixels = Math.multiplyExact(shape[1], shape[2]);
    boolean[] truths = readTruths((long) frame * pixels, pixels);
    byte[] levels = new byte[pixels];
    for (int i = 0; i < pixels; i++) {
      levels[i] = (byte) (truths[i] ? 255 : 0);
    }
    return Image.of8(shape[1], shape[2], 1, levels);
  }

  private void requireDimensions(int dimensions) throws IOException {
    if (shape.length != dimensions) {
      throw new IOException(
          "cannot read array %s: its shape must have %d dimensions, is %s"
              .formatted(file, dimensions, Arrays.toString(shape)));
    }
  }

  private boolean[] readTruths(long first, int count) throws IOException {
    byte[] bytes;
    try (FileChannel channel = FileChannel.open(file)) {
      int size = Math.multiplyExact(count, itemBytes);
      bytes = read(channel, offset + first * itemBytes, size).array();
    } catch (IOException e) {
      throw new IOException("cannot read array " + file + ": " + FileFault.of(e), e);
    }
    boolean[] truths = new boolean[count];
    for (int i = 0; i < bytes.length; i++) {
      truths[i / itemBytes] |= bytes[i] != 0;
    }
    return truths;
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
