package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The lossless compressions of TIFF that cameras and their software write (TIFF 6.0). */
enum TiffCompression {
  NONE(1),
  LZW(5),
  DEFLATE(8),
  PACK_BITS(32773);

  private static final int OLD_DEFLATE = 32946;
  private static final int CLEAR = 256;
  private static final int END = 257;

  private final int tag;

  TiffCompression(int tag) {
    this.tag = tag;
  }

  /** Returns the compression of a tag's value; null if it is none of these. */
  static TiffCompression of(long value) {
    for (TiffCompression compression : values()) {
      if (compression.tag == (value == OLD_DEFLATE ? DEFLATE.tag : value)) {
        return compression;
      }
    }
    return null;
  }

  /**
   * Decompresses one strip or tile.
   *
   * @param in from position to limit
   * @param out is filled, wholly
   * @throws IOException if the data are corrupt, or fewer than {@code out} holds
   */
  void decompress(ByteBuffer in, byte[] out) throws IOException {
    int count =
        switch (this) {
          case NONE -> {
            int all = Math.min(in.remaining(), out.length);
            in.get(out, 0, all);
            yield all;
          }
          case LZW -> lzw(in, out);
          case DEFLATE -> inflate(in, out);
          case PACK_BITS -> packBits(in, out);
        };
    if (count < out.length) {
      throw new IOException(
          "truncated TIFF: %d bytes of a strip of %d are missing"
              .formatted(out.length - count, out.length));
    }
  }

  private static int inflate(ByteBuffer in, byte[] out) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in);
      int at = 0;
      while (at < out.length) {
        int count = inflater.inflate(out, at, out.length - at);
        if (count == 0) {
          break;
        }
        at += count;
      }
      return at;
    } catch (DataFormatException e) {
      throw new IOException("corrupt TIFF: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static int packBits(ByteBuffer in, byte[] out) {
    int at = 0;
    while (at < out.length && in.remaining() > 1) {
      int head = in.get();
      if (head >= 0) {
        int count = Math.min(Math.min(head + 1, out.length - at), in.remaining());
        in.get(out, at, count);
        at += count;
      } else if (head != -128) {
        byte value = in.get();
        for (int i = 0; i < 1 - head && at < out.length; i++) {
          out[at++] = value;
        }
      }
    }
    return at;
  }

  /** Codes of 9 to 12 bits, the highest bit first, each width left one code early. */
  private static int lzw(ByteBuffer in, byte[] out) throws IOException {
    int[] from = new int[4096]; // where in out each code's text begins
    int[] length = new int[4096];
    int next = END + 1;
    int width = 9;
    int previous = -1;
    int at = 0;
    long bits = 0;
    int held = 0;
    while (at < out.length) {
      while (held < width && in.hasRemaining()) {
        bits = bits << 8 | in.get() & 0xFF;
        held += 8;
      }
      if (held < width) {
        break;
      }
      int code = (int) (bits >> held - width) & (1 << width) - 1;
      held -= width;
      if (code == END) {
        break;
      }
      if (code == CLEAR) {
        next = END + 1;
        width = 9;
        previous = -1;
        continue;
      }
      if (code > next
          || code == next && previous < 0
          || code > END && code < next && previous < 0) {
        throw new IOException("corrupt TIFF: there is no LZW code " + code);
      }
      int start = at;
      if (code < CLEAR) {
        out[at++] = (byte) code;
      } else { // the text of a code, or the previous text and its first byte
        int source = code < next ? from[code] : previous;
        int count = code < next ? length[code] : start - previous + 1;
        for (int i = 0; i < count && at < out.length; i++) {
          out[at++] = out[source + i];
        }
      }
      if (previous >= 0 && next < 4096) {
        from[next] = previous;
        length[next] = start - previous + 1;
        next++;
        if (next >= (1 << width) - 1 && width < 12) {
          width++;
        }
      }
      previous = start;
    }
    return at;
  }
}
