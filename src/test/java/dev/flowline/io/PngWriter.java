package dev.flowline.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG files of every kind from samples that a test knows, straight from the specification.
 */
final class PngWriter {
  int width = 37;
  int height = 23;
  int depth = 8;
  int colour = 2;
  boolean interlaced;
  int filter; // 0 to 4; 5 for all in turn
  private final ByteArrayOutputStream before = new ByteArrayOutputStream(); // before the pixels

  int samples() {
    return new int[] {1, 0, 3, 1, 2, 0, 4}[colour];
  }

  PngWriter with(String type, byte... data) {
    before.writeBytes(chunk(type, data));
    return this;
  }

  static byte[] chunk(String type, byte... data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
    chunk.putInt(data.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  /** Makes the file of samples (height, width, samples). */
  byte[] write(int... values) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int[][] passes = {{0, 0, 1, 1}};
    if (interlaced) {
      passes =
          new int[][] {
            {0, 0, 8, 8},
            {4, 0, 8, 8},
            {0, 4, 4, 8},
            {2, 0, 4, 4},
            {0, 2, 2, 4},
            {1, 0, 2, 2},
            {0, 1, 1, 2}
          };
    }
    for (int[] pass : passes) {
      byte[] above = null;
      for (int y = pass[1]; y < height && pass[0] < width; y += pass[3]) {
        byte[] row = row(values, y, pass[0], pass[2]);
        above = above == null ? new byte[row.length] : above;
        int kind = filter == 5 ? y % 5 : filter;
        raw.write(kind);
        raw.writeBytes(filtered(kind, row, above));
        above = row;
      }
    }
    return file(deflated(raw.toByteArray()));
  }

  byte[] file(byte[] pixels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colour).put(12, (byte) (interlaced ? 1 : 0));
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(before.toByteArray());
    int half = pixels.length / 2;
    out.writeBytes(chunk("IDAT", Arrays.copyOf(pixels, half)));
    out.writeBytes(chunk("IDAT", Arrays.copyOfRange(pixels, half, pixels.length)));
    out.writeBytes(chunk("IEND"));
    return out.toByteArray();
  }

  static byte[] deflated(byte[] raw) {
    Deflater deflater = new Deflater();
    deflater.setInput(raw);
    deflater.finish();
    byte[] out = new byte[raw.length + 1000];
    int count = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, count);
  }

  private byte[] row(int[] values, int y, int first, int step) {
    int columns = (width - first + step - 1) / step;
    byte[] row = new byte[(columns * samples() * depth + 7) / 8];
    for (int i = 0; i < columns * samples(); i++) {
      int x = first + i / samples() * step;
      int value = values[(y * width + x) * samples() + i % samples()];
      for (int bit = 0; bit < depth; bit++) {
        int at = i * depth + bit;
        row[at / 8] |= (byte) ((value >> depth - 1 - bit & 1) << 7 - at % 8);
      }
    }
    return row;
  }

  private byte[] filtered(int kind, byte[] row, byte[] above) {
    int distance = Math.max(1, samples() * depth / 8);
    byte[] out = new byte[row.length];
    for (int i = 0; i < row.length; i++) {
      int a = i < distance ? 0 : row[i - distance] & 0xFF;
      int b = above[i] & 0xFF;
      int c = i < distance ? 0 : above[i - distance] & 0xFF;
      int p = a + b - c;
      int nearest = Math.abs(p - a) <= Math.abs(p - b) ? a : b;
      nearest = Math.abs(p - nearest) <= Math.abs(p - c) ? nearest : c;
      int predicted = new int[] {0, a, b, (a + b) / 2, nearest}[kind];
      out[i] = (byte) (row[i] - predicted);
    }
    return out;
  }
}
