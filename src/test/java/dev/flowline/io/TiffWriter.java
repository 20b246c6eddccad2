package dev.flowline.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/**
 * Writes TIFF files of every kind from samples that a test knows, straight from the specification
 * (TIFF 6.0, BigTIFF): the truth that decoders are held to.
 */
final class TiffWriter {
  static final int NONE = 1;
  static final int DEFLATE = 8;
  static final int PACK_BITS = 32773;

  int width = 37;
  int height = 23;
  int bits = 8;
  int samples = 1;
  int photometric = 1;
  boolean planar;
  boolean tiled;
  boolean big;
  boolean motorola;
  int compression = NONE;
  boolean predictor;
  int orientation = 1;
  int pages = 1;
  int cut; // bytes that are missing at the end of each strip, uncompressed
  final Map<Integer, long[]> more = new LinkedHashMap<>(); // further tags, as SHORT

  /** Makes the file of samples (height, width, samples), each below 2^bits. */
  byte[] write(int[] values) {
    List<byte[]> segments = new ArrayList<>();
    int across = tiled ? 16 : width;
    int down = tiled ? 16 : 7;
    for (int plane = 0; plane < (planar ? samples : 1); plane++) {
      for (int top = 0; top < height; top += down) {
        for (int left = 0; left < width; left += across) {
          int rows = tiled ? down : Math.min(down, height - top);
          segments.add(compressed(segment(values, plane, top, left, rows, across)));
        }
      }
    }
    return file(segments, down);
  }

  private byte[] segment(int[] values, int plane, int top, int left, int rows, int columns) {
    int by = planar ? 1 : samples;
    int rowBytes = (columns * by * bits + 7) / 8;
    byte[] out = new byte[rowBytes * rows];
    for (int y = 0; y < rows; y++) {
      int[] before = new int[by];
      for (int x = 0; x < columns; x++) {
        for (int s = 0; s < by; s++) {
          int row = Math.min(top + y, height - 1);
          int column = Math.min(left + x, width - 1);
          int value = values[(row * width + column) * samples + (planar ? plane : s)];
          int stored = predictor ? value - before[s] & (1 << bits) - 1 : value;
          before[s] = value;
          put(out, y * rowBytes, x * by + s, stored);
        }
      }
    }
    return out;
  }

  private void put(byte[] out, int row, int index, int value) {
    if (bits == 16) {
      out[row + 2 * index + (motorola ? 0 : 1)] = (byte) (value >> 8);
      out[row + 2 * index + (motorola ? 1 : 0)] = (byte) value;
      return;
    }
    for (int bit = 0; bit < bits; bit++) {
      long at = (long) index * bits + bit;
      if ((value >> bits - 1 - bit & 1) != 0) {
        out[row + (int) (at / 8)] |= (byte) (0x80 >> at % 8);
      }
    }
  }

  private byte[] compressed(byte[] segment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    segment = java.util.Arrays.copyOf(segment, segment.length - cut);
    if (compression == DEFLATE) {
      Deflater deflater = new Deflater();
      deflater.setInput(segment);
      deflater.finish();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      deflater.end();
      return out.toByteArray();
    }
    if (compression == PACK_BITS) { // literal runs only, one row never within two of them here
      for (int at = 0; at < segment.length; at += 128) {
        int count = Math.min(128, segment.length - at);
        out.write(count - 1);
        out.write(segment, at, count);
      }
      return out.toByteArray();
    }
    return segment;
  }

  private byte[] file(List<byte[]> segments, int down) {
    int offsetBytes = big ? 8 : 4;
    int total = segments.stream().mapToInt(s -> s.length + 1).sum() + 16_384 * (pages + 1);
    ByteBuffer out =
        ByteBuffer.allocate(total).order(motorola ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    out.put((byte) (motorola ? 'M' : 'I')).put((byte) (motorola ? 'M' : 'I'));
    out.putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0);
    }
    int link = out.position();
    offset(out, 0);
    long[] offsets = new long[segments.size()];
    long[] counts = new long[segments.size()];
    for (int i = 0; i < offsets.length; i++) {
      out.position(out.position() + (out.position() & 1));
      offsets[i] = out.position();
      counts[i] = segments.get(i).length;
      out.put(segments.get(i));
    }
    for (int page = 0; page < pages; page++) {
      link = directory(out, link, tags(down, offsets, counts), offsetBytes);
    }
    byte[] file = new byte[out.position()];
    out.flip();
    out.get(file);
    return file;
  }

  private TreeMap<Integer, long[]> tags(int down, long[] offsets, long[] counts) {
    TreeMap<Integer, long[]> tags = new TreeMap<>();
    tags.put(256, new long[] {width});
    tags.put(257, new long[] {height});
    long[] depths = new long[samples];
    java.util.Arrays.fill(depths, bits);
    tags.put(258, depths);
    tags.put(259, new long[] {compression});
    tags.put(262, new long[] {photometric});
    tags.put(274, new long[] {orientation});
    tags.put(277, new long[] {samples});
    tags.put(284, new long[] {planar ? 2 : 1});
    if (predictor) {
      tags.put(317, new long[] {2});
    }
    if (tiled) {
      tags.put(322, new long[] {16});
      tags.put(323, new long[] {16});
    } else {
      tags.put(278, new long[] {down});
    }
    tags.put(tiled ? 324 : 273, offsets);
    tags.put(tiled ? 325 : 279, counts);
    tags.putAll(more);
    return tags;
  }

  private int directory(ByteBuffer out, int link, TreeMap<Integer, long[]> tags, int room) {
    out.position(out.position() + (out.position() & 1));
    Map<Integer, Integer> outside = new LinkedHashMap<>();
    tags.forEach(
        (tag, values) -> {
          int width = width(tag);
          if (values.length * width > room) {
            outside.put(tag, out.position());
            putValues(out, values, width);
          }
        });
    int start = out.position();
    if (big) {
      out.putLong(link, start).putLong(tags.size());
    } else {
      out.putInt(link, start).putShort((short) tags.size());
    }
    tags.forEach(
        (tag, values) -> {
          int width = width(tag);
          out.putShort(tag.shortValue()).putShort((short) (width == 4 ? 4 : width == 2 ? 3 : 7));
          offset(out, values.length);
          int at = out.position();
          if (outside.containsKey(tag)) {
            offset(out, outside.get(tag));
          } else {
            putValues(out, values, width);
          }
          out.position(at + room);
        });
    int next = out.position();
    offset(out, 0);
    return next;
  }

  /** Bytes of a value: places are LONG, a profile UNDEFINED, the rest SHORT. */
  private static int width(int tag) {
    boolean isPlace = tag == 273 || tag == 279 || tag == 324 || tag == 325;
    return isPlace ? 4 : tag == 34675 ? 1 : 2;
  }

  private static void putValues(ByteBuffer out, long[] values, int width) {
    for (long value : values) {
      if (width == 4) {
        out.putInt((int) value);
      } else if (width == 1) {
        out.put((byte) value);
      } else {
        out.putShort((short) value);
      }
    }
  }

  private void offset(ByteBuffer out, long value) {
    if (big) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }

  @Override
  public String toString() {
    return "%d x %d bit, photometric %d%s%s%s%s, compression %d%s, orientation %d %s"
        .formatted(
            samples,
            bits,
            photometric,
            planar ? ", planar" : "",
            tiled ? ", tiled" : "",
            big ? ", BigTIFF" : "",
            motorola ? ", big-endian" : "",
            compression,
            predictor ? ", predictor" : "",
            orientation,
            more.keySet());
  }
}
