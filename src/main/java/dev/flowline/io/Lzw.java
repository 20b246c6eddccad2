package dev.flowline.io;

/**
 * The LZW of TIFF files (TIFF 6.0, section 13). A string of the table is the previous string and
 * the byte behind it, so that it is kept as its place in what is inflated already.
 */
final class Lzw {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int LEAST_WIDTH = 9;
  private static final int MOST_WIDTH = 12;

  private final int[] places = new int[1 << MOST_WIDTH];
  private final int[] lengths = new int[1 << MOST_WIDTH];

  /**
   * Inflates a strip.
   *
   * @param from where the strip's bytes are in the file
   * @param bytes their number
   * @param into the array of which {@code length} places are filled, from {@code out} on
   * @return false if a code is wrong, or they end before
   */
  boolean inflate(byte[] file, int from, int bytes, byte[] into, int out, int length) {
    int at = from;
    int end = from + bytes;
    int limit = out + length;
    int read = 0; // bits that are read; the last ones of them are not yet used
    int unused = 0;
    int next = END + 1; // code of the table
    int width = LEAST_WIDTH;
    int previous = -1; // length of the string before; 0 behind a clear code, with which all begins
    while (out < limit) {
      while (unused < width) {
        if (at == end) {
          return false;
        }
        read = read << 8 | file[at++] & 0xFF;
        unused += 8;
      }
      unused -= width;
      int code = read >>> unused & (1 << width) - 1;
      if (code == CLEAR) {
        next = END + 1;
        width = LEAST_WIDTH;
        previous = 0;
        continue;
      }
      if (previous < 0 || code == END) {
        return false; // or the bits lie as in old files
      }
      if (previous > 0) {
        if (next == places.length) {
          return false;
        }
        places[next] = out - previous;
        lengths[next++] = previous + 1;
        if (next == (1 << width) - 1 && width < MOST_WIDTH) {
          width++; // one code before it has to be
        }
      }
      if (code < CLEAR) {
        into[out++] = (byte) code;
        previous = 1;
        continue;
      }
      if (code >= next || lengths[code] > limit - out) {
        return false;
      }
      previous = lengths[code];
      for (int i = places[code], last = i + previous; i < last; i++) {
        into[out++] = into[i]; // the last byte may be the first that is written here
      }
    }
    return true;
  }
}
