package dev.flowline.io;

import java.io.IOException;
import java.util.Arrays;

/** The bits of a JPEG scan between two markers, read as Huffman codes and plain numbers. */
final class JpegBits {
  /** Bits of the longest code. */
  static final int LONGEST = 16;

  private byte[] plain = new byte[1 << 16]; // without the zeros that are stuffed into it
  private int length;
  private int next;
  private long bits;
  private int held;

  /**
   * Takes the data up to the next marker.
   *
   * @return where the marker is
   */
  int begin(byte[] file, int from) {
    int at = from;
    length = 0;
    while (true) {
      byte value = file[at];
      if (value == (byte) 0xFF) {
        if (file[at + 1] != 0) {
          break;
        }
        at++;
      }
      at++;
      if (length == plain.length) {
        plain = Arrays.copyOf(plain, 2 * length);
      }
      plain[length++] = value;
    }
    bits = 0;
    held = 0;
    next = 0;
    return at;
  }

  /** Makes at least 32 bits available; behind the end they are zeros. */
  private void fill() {
    while (held <= 56) {
      bits = bits << 8 | (next < length ? plain[next] & 0xFF : 0);
      next++;
      held += 8;
    }
  }

  /**
   * Reads a code and returns its symbol.
   *
   * @param table of all 16-bit beginnings: symbol times 256 plus the code's length; 0 for no code
   */
  int symbol(short[] table) throws IOException {
    if (held < 32) {
      fill();
    }
    int entry = table[(int) (bits >>> held - LONGEST) & 0xFFFF];
    if (entry == 0) {
      throw new IOException("corrupt JPEG: there is no such Huffman code");
    }
    held -= entry & 31;
    return entry >> 8 & 0xFF;
  }

  /** Reads a number of up to 16 bits behind a symbol. */
  int take(int count) {
    if (held < 16) {
      fill();
    }
    held -= count;
    return (int) (bits >>> held) & (1 << count) - 1;
  }

  /**
   * Requires that all bits but the last byte's are read.
   *
   * @param padded whether zeros may follow
   * @return how many of them do
   */
  int requireEnd(boolean padded) throws IOException {
    long left = 8L * length - (8L * next - held);
    if (left < 0) {
      throw new IOException("corrupt JPEG: its data end before its picture");
    }
    int extra = (int) (left / 8);
    for (int i = length - extra; i < length; i++) {
      if (plain[i] != 0 || !padded) {
        throw new IOException(
            "corrupt JPEG: its picture ends %d bytes before its data".formatted(extra));
      }
    }
    return extra;
  }
}
