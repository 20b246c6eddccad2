package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The walk through the Huffman codes of a sequential JPEG file (ITU-T T.81, annex F), without
 * making pixels. libjpeg fills what it cannot decode with grey, calls it a success and prints a
 * line to standard error; here codes that do not end where the data do are an exception.
 */
final class JpegScans {
  private static final int LOOK = 16; // bits of the longest code

  private final byte[] file;
  private final ByteBuffer bytes;
  private final short[][] tables = new short[8][]; // DC 0 to 3, AC 4 to 7: size, run, length
  private final int[] identifiers;
  private final int[] across;
  private final int[] down;
  private final boolean[] seen;
  private final int width;
  private final int height;
  private int interval;
  private int at;
  private byte[] plain = new byte[1 << 16]; // data between two markers, without stuffing
  private long bits;
  private int held;
  private int next;
  private int length;

  private JpegScans(byte[] file, int frame) {
    this.file = file;
    bytes = ByteBuffer.wrap(file);
    height = bytes.getShort(frame + 1) & 0xFFFF;
    width = bytes.getShort(frame + 3) & 0xFFFF;
    int components = file[frame + 5] & 0xFF;
    identifiers = new int[components];
    across = new int[components];
    down = new int[components];
    seen = new boolean[components];
    for (int i = 0; i < components; i++) {
      identifiers[i] = file[frame + 6 + 3 * i] & 0xFF;
      across[i] = file[frame + 7 + 3 * i] >> 4 & 15;
      down[i] = file[frame + 7 + 3 * i] & 15;
    }
  }

  /**
   * Walks through all scans of a sequential file.
   *
   * @param frame where the content of its SOF0 or SOF1 segment begins
   * @return the file; without the zeros that some cameras put behind the last scan
   * @throws IOException if codes are wrong, too few or too many
   */
  static byte[] require(byte[] file, int frame) throws IOException {
    try {
      return new JpegScans(file, frame).walk();
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("truncated JPEG: a segment ends behind it", e);
    }
  }

  private byte[] walk() throws IOException {
    for (int i = 0; i < across.length; i++) {
      if (across[i] < 1 || across[i] > 4 || down[i] < 1 || down[i] > 4) {
        throw new IOException("corrupt JPEG: sampling factors of component " + i);
      }
    }
    byte[] clean = file;
    at = 2;
    while (true) {
      if (file[at] != (byte) 0xFF) {
        throw new IOException("corrupt JPEG: no marker at byte " + at);
      }
      int marker = file[at + 1] & 0xFF;
      if (marker == 0xFF) {
        at++;
        continue;
      }
      if (marker == 0xD9) {
        break;
      }
      int from = at + 4;
      int segment = bytes.getShort(at + 2) & 0xFFFF;
      at += 2 + segment;
      if (marker == 0xC4) {
        readTables(from, at);
      } else if (marker == 0xDD) {
        interval = bytes.getShort(from) & 0xFFFF;
      } else if (marker == 0xDA) {
        int zeros = scan(from);
        if (zeros > 0) { // at is behind them
          clean = Arrays.copyOf(file, file.length - zeros);
          System.arraycopy(file, at, clean, at - zeros, file.length - at);
          return clean; // what follows another scan's zeros is not looked at
        }
      }
    }
    for (boolean each : seen) {
      if (!each) {
        throw new IOException("truncated JPEG: a colour is missing");
      }
    }
    return clean;
  }

  private void readTables(int from, int end) throws IOException {
    while (from < end) {
      int slot = file[from] >> 4 & 1 | 0;
      int index = 4 * slot + (file[from] & 3);
      short[] table = new short[1 << LOOK];
      int code = 0;
      int symbol = from + 17;
      for (int size = 1; size <= LOOK; size++) {
        for (int i = 0; i < (file[from + size] & 0xFF); i++) {
          int first = code << LOOK - size;
          int last = code + 1 << LOOK - size;
          if (last > table.length) {
            throw new IOException("corrupt JPEG: a Huffman table is too full");
          }
          int value = file[symbol++] & 0xFF;
          Arrays.fill(table, first, last, (short) (value << 8 | size));
          code++;
        }
        code <<= 1;
      }
      tables[index] = table;
      from = symbol;
    }
  }

  /** Walks through one scan; returns the number of zeros behind its codes. */
  private int scan(int from) throws IOException {
    int count = file[from] & 0xFF;
    int[] dc = new int[16 * count];
    int[] ac = new int[16 * count];
    int blocks = 0;
    int single = -1;
    for (int i = 0; i < count; i++) {
      int component = component(file[from + 1 + 2 * i] & 0xFF);
      int selectors = file[from + 2 + 2 * i];
      seen[component] = true;
      single = component;
      for (int b = 0; b < (count == 1 ? 1 : across[component] * down[component]); b++) {
        dc[blocks] = selectors >> 4 & 3;
        ac[blocks++] = 4 + (selectors & 3);
      }
    }
    for (int b = 0; b < blocks; b++) {
      if (tables[dc[b]] == null || tables[ac[b]] == null) {
        throw new IOException("corrupt JPEG: a Huffman table is missing");
      }
    }
    long units = units(count == 1 ? single : -1);
    int zeros = 0;
    for (long done = 0, part = 0; done < units; part++) {
      if (part > 0) {
        requireRestart((int) (part - 1) & 7);
      }
      nextPart();
      long until = interval == 0 ? units : Math.min(units, done + interval);
      for (; done < until; done++) {
        for (int b = 0; b < blocks; b++) {
          block(tables[dc[b]], tables[ac[b]]);
        }
      }
      zeros = requirePartEnd(done == units);
    }
    return zeros;
  }

  private int component(int identifier) throws IOException {
    for (int i = 0; i < identifiers.length; i++) {
      if (identifiers[i] == identifier) {
        return i;
      }
    }
    throw new IOException("corrupt JPEG: a scan of no component");
  }

  /** The number of interleaved units, or of blocks of one component alone. */
  private long units(int single) {
    int most = Arrays.stream(across).max().orElse(1);
    int highest = Arrays.stream(down).max().orElse(1);
    if (single < 0) {
      return (long) ceil(width, 8 * most) * ceil(height, 8 * highest);
    }
    return (long) ceil(ceil(width * across[single], most), 8)
        * ceil(ceil(height * down[single], highest), 8);
  }

  private static int ceil(int value, int by) {
    return (value + by - 1) / by;
  }

  private void requireRestart(int number) throws IOException {
    if (file[at] != (byte) 0xFF || (file[at + 1] & 0xFF) != 0xD0 + number) {
      throw new IOException("corrupt JPEG: a restart marker is missing at byte " + at);
    }
    at += 2;
  }

  /** Takes the data up to the next marker, without the zeros that are stuffed into it. */
  private void nextPart() {
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
  }

  /** Makes at least 32 bits available; behind the end they are zeros. */
  private void fill() {
    while (held <= 56) {
      bits = bits << 8 | (next < length ? plain[next] & 0xFF : 0);
      next++;
      held += 8;
    }
  }

  private void block(short[] dc, short[] ac) throws IOException {
    if (held < 32) {
      fill();
    }
    int entry = dc[(int) (bits >>> held - LOOK) & 0xFFFF];
    int size = entry >> 8 & 15;
    if (entry == 0) {
      throw new IOException("corrupt JPEG: there is no such Huffman code");
    }
    held -= (entry & 31) + size;
    for (int k = 1; k < 64; ) {
      if (held < 32) {
        fill();
      }
      entry = ac[(int) (bits >>> held - LOOK) & 0xFFFF];
      if (entry == 0) {
        throw new IOException("corrupt JPEG: there is no such Huffman code");
      }
      size = entry >> 8 & 15;
      int run = entry >> 12 & 15;
      held -= (entry & 31) + size;
      if (size == 0 && run < 15) {
        break; // the end of the block
      }
      k += run + 1;
      if (k > 64) {
        throw new IOException("corrupt JPEG: a block has too many coefficients");
      }
    }
  }

  private int requirePartEnd(boolean last) throws IOException {
    long left = 8L * length - (8L * next - held);
    if (left < 0) {
      throw new IOException("corrupt JPEG: its data end before its picture");
    }
    int extra = (int) (left / 8);
    for (int i = length - extra; i < length; i++) {
      if (plain[i] != 0 || !last) {
        throw new IOException(
            "corrupt JPEG: its picture ends %d bytes before its data".formatted(extra));
      }
    }
    return extra;
  }
}
