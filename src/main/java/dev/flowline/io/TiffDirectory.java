package dev.flowline.io;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A directory of a TIFF or BigTIFF file: tags with their values, unsigned. EXIF blocks are made the
 * same way.
 */
final class TiffDirectory {
  private static final int ORIENTATION = 274;
  private static final int MOST_VALUES = 1 << 24;

  /** The bytes of a value by type; 0 for a type that is not known. */
  private static final int[] WIDTHS = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private record Entry(int type, long count, long at, int place) {}

  private final ByteBuffer file;
  private final boolean big;
  private final Map<Integer, Entry> entries = new HashMap<>();
  private long next;

  private TiffDirectory(ByteBuffer file, boolean big) {
    this.file = file;
    this.big = big;
  }

  /**
   * Reads the first directory.
   *
   * @throws IOException if the file ends before it does, or has no tags
   */
  static TiffDirectory first(byte[] bytes, int from, int length) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes, from, length).slice();
    try {
      file.order(file.get(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      boolean big = file.getShort(2) == 43;
      TiffDirectory directory = new TiffDirectory(file, big);
      directory.read(big ? file.getLong(8) : file.getInt(4) & 0xFFFFFFFFL);
      return directory;
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new IOException("truncated TIFF: its directory is incomplete", e);
    }
  }

  /** Returns the orientation in an EXIF block, with or without "Exif" before it; 0 for none. */
  static int orientationOfExif(byte[] file, int from, int length) {
    boolean named = length > 6 && file[from] == 'E' && file[from + 1] == 'x';
    try {
      int skipped = named ? 6 : 0;
      return (int) first(file, from + skipped, length - skipped).value(ORIENTATION, 0);
    } catch (IOException e) {
      return 0; // a viewer cannot read it either
    }
  }

  private void read(long offset) throws IOException {
    int at = position(offset);
    long count = big ? file.getLong(at) : file.getShort(at) & 0xFFFF;
    at += big ? 8 : 2;
    int size = big ? 20 : 12;
    if (count < 1 || count > (file.limit() - at) / size) {
      throw new IOException("corrupt TIFF: a directory of %s tags".formatted(count));
    }
    for (int i = 0; i < count; i++, at += size) {
      int type = file.getShort(at + 2) & 0xFFFF;
      long values = big ? file.getLong(at + 4) : file.getInt(at + 4) & 0xFFFFFFFFL;
      int width = type < WIDTHS.length ? WIDTHS[type] : 0;
      int inside = at + (big ? 12 : 8);
      boolean fits = values >= 0 && values * width <= (big ? 8 : 4);
      long where = fits ? inside : big ? file.getLong(inside) : file.getInt(inside) & 0xFFFFFFFFL;
      entries.putIfAbsent(file.getShort(at) & 0xFFFF, new Entry(type, values, where, at));
    }
    if (at + (big ? 8 : 4) <= file.limit()) {
      next = big ? file.getLong(at) : file.getInt(at) & 0xFFFFFFFFL;
    }
  }

  private int position(long offset) throws IOException {
    if (offset < 0 || offset > file.limit() - 2) {
      throw new IOException("truncated TIFF: its directory is incomplete");
    }
    return (int) offset;
  }

  ByteBuffer file() {
    return file;
  }

  /** Returns whether a further directory follows that is there. */
  boolean hasNext() {
    return next > 0 && next < file.limit() - 2;
  }

  /** Reads the directory that follows. */
  TiffDirectory next() throws IOException {
    TiffDirectory following = new TiffDirectory(file, big);
    try {
      following.read(next);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("truncated TIFF: its directory is incomplete", e);
    }
    return following;
  }

  /**
   * Returns the file with one directory, this one, and of that only some tags, in ascending order:
   * a decoder that reads whatever a file refers to needs far more memory than a hostile file has
   * bytes.
   */
  byte[] only(int... tags) {
    int[] kept = Arrays.stream(tags).filter(entries::containsKey).toArray();
    int size = big ? 20 : 12;
    int start = file.limit() + (file.limit() & 1);
    ByteBuffer out = ByteBuffer.allocate(start + 16 + size * kept.length).order(file.order());
    out.put(0, file, 0, file.limit()).position(start);
    if (big) {
      out.putLong(8, start).putLong(kept.length);
    } else {
      out.putInt(4, start).putShort((short) kept.length);
    }
    for (int tag : kept) {
      out.put(out.position(), file, entries.get(tag).place(), size);
      out.position(out.position() + size);
    }
    return out.array();
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** Returns the first value of a tag, or the given one if there is no such tag. */
  long value(int tag, long otherwise) throws IOException {
    return has(tag) ? values(tag, 1)[0] : otherwise;
  }

  /**
   * Returns the values of a tag: whole numbers as they are, fractions rounded to thousandths, in
   * thousandths.
   *
   * @throws IOException if there are none, or they lie outside of the file
   */
  long[] values(int tag) throws IOException {
    return values(tag, MOST_VALUES);
  }

  /**
   * Returns the first values of a tag, as {@link #values(int)}.
   *
   * @param most values that are returned
   */
  long[] values(int tag, int most) throws IOException {
    Entry entry = entries.get(tag);
    int width = entry.type() < WIDTHS.length ? WIDTHS[entry.type()] : 0;
    boolean lies =
        width > 0
            && entry.count() > 0
            && entry.count() <= MOST_VALUES
            && entry.at() >= 0
            && entry.at() <= file.limit() - entry.count() * width;
    if (!lies) {
      throw new IOException("corrupt TIFF: tag %s has no values in the file".formatted(tag));
    }
    long[] values = new long[(int) Math.min(most, entry.count())];
    for (int i = 0; i < values.length; i++) {
      int at = (int) entry.at() + i * width;
      values[i] =
          switch (entry.type()) {
            case 1, 2, 6, 7 -> file.get(at) & 0xFF;
            case 3, 8 -> file.getShort(at) & 0xFFFF;
            case 5, 10 -> {
              long denominator = file.getInt(at + 4) & 0xFFFFFFFFL;
              yield denominator == 0
                  ? 0
                  : Math.round(1000.0 * (file.getInt(at) & 0xFFFFFFFFL) / denominator);
            }
            case 16, 17, 18 -> file.getLong(at);
            default -> file.getInt(at) & 0xFFFFFFFFL;
          };
    }
    return values;
  }
}
