package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/** The picture of a TIFF page as it is made of its samples: upright, black 0, with 8 or 16 bits. */
final class TiffPicture {
  private static final int WHITE_IS_0 = 0;
  private static final int BLACK_IS_0 = 1;
  private static final int RGB = 2;
  private static final int INDEXED = 3;
  private static final int PALETTE = 320;
  private static final int EXTRA_SAMPLES = 338;

  private final TiffDirectory tags;
  private final ImageHeader header;
  private final int photometric;
  private final int bits;
  private final int orientation;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private final boolean motorola;
  private final int channels;
  private final int width;
  private final int height;
  private final byte[] samples8;
  private final short[] samples16;
  private final long[] palette;
  private final int[] levels; // of the 8-bit picture, by sample
  private final boolean alpha;

  /**
   * Makes a black picture.
   *
   * @param header as stored, not yet turned
   * @param bits per stored sample
   * @param stored samples per pixel
   */
  TiffPicture(
      TiffDirectory tags,
      ImageHeader header,
      int photometric,
      int bits,
      int stored,
      int orientation)
      throws IOException {
    this.tags = tags;
    this.header = header;
    this.photometric = photometric;
    this.bits = bits;
    this.orientation = orientation;
    notes.addAll(header.notes());
    motorola = tags.file().order() == ByteOrder.BIG_ENDIAN;
    channels = header.channels();
    width = orientation <= 4 ? header.width() : header.height();
    height = orientation <= 4 ? header.height() : header.width();
    samples8 = bits <= 8 ? new byte[header.samples()] : null;
    samples16 = bits > 8 ? new short[header.samples()] : null;
    palette = photometric == INDEXED ? palette() : null;
    levels = bits <= 8 ? new int[1 << bits] : null;
    long kind = tags.value(EXTRA_SAMPLES, 0);
    alpha = stored > (photometric == RGB ? 3 : 1) && (kind == 1 || kind == 2);
    for (int i = 0; levels != null && i < levels.length; i++) {
      int sample = photometric == WHITE_IS_0 ? levels.length - 1 - i : i;
      levels[i] = sample * 255 / (levels.length - 1);
    }
  }

  private long[] palette() throws IOException {
    if (!tags.has(PALETTE) || tags.values(PALETTE).length < 3 << bits) {
      throw new IOException("corrupt TIFF: it has no palette");
    }
    long[] colours = tags.values(PALETTE);
    boolean of8Bits = true; // some writers have forgotten to scale
    for (long colour : colours) {
      of8Bits &= colour < 256;
    }
    for (int i = 0; i < colours.length && !of8Bits; i++) {
      colours[i] >>= 8;
    }
    return colours;
  }

  /**
   * Puts samples of one stored row.
   *
   * @param at where they begin
   * @param plane the first sample's place in a pixel
   * @param by samples per pixel that lie together
   * @param left the first pixel's column
   * @param y the row
   * @param count of pixels
   */
  void put(byte[] bytes, int at, int plane, int by, int left, int y, int count) {
    if (isPlain() && plane == 0 && by == channels) {
      int to = (y * width + left) * channels;
      if (bits == 8) {
        System.arraycopy(bytes, at, samples8, to, count * channels);
      } else {
        ByteBuffer row = ByteBuffer.wrap(bytes).order(tags.file().order()).position(at);
        row.asShortBuffer().get(samples16, to, count * channels);
      }
      return;
    }
    int colours = photometric == INDEXED ? 1 : channels;
    for (int x = 0; x < count; x++) {
      int to = place(left + x, y) * channels;
      for (int s = 0; s < by; s++) {
        int sample = sample(bytes, at, x * by + s);
        int channel = plane + s;
        if (channel >= colours) {
          if (alpha && channel == colours && sample != (1 << bits) - 1) {
            notes.add(ImageNote.TRANSPARENCY);
          }
        } else if (palette != null) {
          for (int c = 0; c < 3; c++) {
            samples8[to + c] = (byte) palette[(c << bits) + sample];
          }
        } else if (samples8 != null) {
          samples8[to + channel] = (byte) levels[sample];
        } else {
          int value = photometric == WHITE_IS_0 ? (1 << bits) - 1 - sample : sample;
          samples16[to + channel] = (short) (value << 16 - bits);
        }
      }
    }
  }

  /** Whether samples lie in the file as they lie here. */
  private boolean isPlain() {
    return (bits == 8 || bits == 16)
        && orientation == 1
        && (photometric == BLACK_IS_0 || photometric == RGB);
  }

  private int sample(byte[] bytes, int row, int index) {
    if (bits == 8) {
      return bytes[row + index] & 0xFF;
    }
    if (bits == 16) {
      int first = bytes[row + 2 * index] & 0xFF;
      int second = bytes[row + 2 * index + 1] & 0xFF;
      return motorola ? first << 8 | second : second << 8 | first;
    }
    long from = (long) index * bits;
    int at = row + (int) (from >> 3);
    int window = (bytes[at] & 0xFF) << 16;
    window |= at + 1 < bytes.length ? (bytes[at + 1] & 0xFF) << 8 : 0;
    window |= at + 2 < bytes.length ? bytes[at + 2] & 0xFF : 0;
    return window >> 24 - bits - (int) (from & 7) & (1 << bits) - 1;
  }

  /** The pixel of the upright picture at which a stored pixel is. */
  private int place(int x, int y) {
    int right = header.width() - 1 - x;
    int bottom = header.height() - 1 - y;
    return switch (orientation) {
      case 2 -> y * width + right;
      case 3 -> bottom * width + right;
      case 4 -> bottom * width + x;
      case 5 -> x * width + y;
      case 6 -> x * width + bottom;
      case 7 -> right * width + bottom;
      case 8 -> right * width + y;
      default -> y * width + x;
    };
  }

  /** The picture, once all samples are put. */
  Image image() {
    Image image =
        samples8 != null
            ? Image.of8(height, width, channels, samples8)
            : Image.of16(height, width, channels, samples16);
    return image.with(notes);
  }
}
