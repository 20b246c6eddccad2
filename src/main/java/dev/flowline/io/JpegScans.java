package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The walk through the Huffman codes of a JPEG file, sequential or progressive (ITU-T T.81, annexes
 * F and G), without making pixels. libjpeg fills what it cannot decode with grey, calls it a
 * success and prints a line to standard error; here codes that do not end where the data do are an
 * exception.
 */
final class JpegScans {
  /** More than any picture takes; each one costs a walk through all blocks. */
  private static final int MOST_SCANS = 200;

  private static final int LOOK = JpegBits.LONGEST;

  private final byte[] file;
  private final ByteBuffer bytes;
  private final short[][] tables = new short[8][]; // DC 0 to 3, AC 4 to 7: size, run, length
  private final int[] identifiers;
  private final int[] across;
  private final int[] down;
  private final int width;
  private final int height;
  private int interval;
  private int at;
  private int scans;
  private final JpegBits codes = new JpegBits();
  private final int[][] known; // by component and coefficient: the lowest bit so far, -1 for none
  private final long[][] coefficients; // by component and block: which are not 0
  private final boolean progressive;
  private int restsOfBand; // blocks that end with the one before

  private JpegScans(byte[] file, int frame, boolean progressive) {
    this.file = file;
    this.progressive = progressive;
    bytes = ByteBuffer.wrap(file);
    height = bytes.getShort(frame + 1) & 0xFFFF;
    width = bytes.getShort(frame + 3) & 0xFFFF;
    int components = file[frame + 5] & 0xFF;
    identifiers = new int[components];
    across = new int[components];
    down = new int[components];
    known = new int[components][64];
    for (int[] each : known) {
      Arrays.fill(each, -1);
    }
    coefficients = new long[components][];
    for (int i = 0; i < components; i++) {
      identifiers[i] = file[frame + 6 + 3 * i] & 0xFF;
      across[i] = file[frame + 7 + 3 * i] >> 4 & 15;
      down[i] = file[frame + 7 + 3 * i] & 15;
    }
  }

  /**
   * Walks through all scans.
   *
   * @param frame where the content of its SOF0, SOF1 or SOF2 segment begins
   * @param progressive whether it is SOF2
   * @return the file; without the zeros that some cameras put behind the last scan
   * @throws IOException if codes are wrong, too few or too many
   */
  static byte[] require(byte[] file, int frame, boolean progressive) throws IOException {
    try {
      return new JpegScans(file, frame, progressive).walk();
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
        if (++scans > MOST_SCANS) {
          throw new IOException("a JPEG of more than %d scans is not read".formatted(MOST_SCANS));
        }
        int zeros = scan(from);
        if (zeros > 0) { // at is behind them
          clean = Arrays.copyOf(file, file.length - zeros);
          System.arraycopy(file, at, clean, at - zeros, file.length - at);
        }
      }
    }
    for (int[] each : known) {
      if (each[0] < 0) {
        throw new IOException("truncated JPEG: a colour is missing");
      }
    }
    return clean;
  }

  private void readTables(int from, int end) throws IOException {
    while (from < end) {
      int index = 4 * (file[from] >> 4 & 1) + (file[from] & 3);
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

  /** Walks through one scan; returns the number of zeros behind the last one's codes. */
  private int scan(int from) throws IOException {
    int count = file[from] & 0xFF;
    int[] components = new int[count];
    List<Block> blocks = new ArrayList<>();
    int end = from + 1 + 2 * count;
    for (int i = 0; i < count; i++) {
      int component = component(file[from + 1 + 2 * i] & 0xFF);
      components[i] = component;
      int selectors = file[from + 2 + 2 * i];
      Block block =
          progressive
              ? refined(component, selectors, end, count)
              : new Sequential(table(selectors >> 4 & 3), table(4 + (selectors & 3)));
      if (!progressive) {
        known[component][0] = 0;
      }
      for (int b = 0; b < (count == 1 ? 1 : across[component] * down[component]); b++) {
        blocks.add(block);
      }
    }
    long units = units(count == 1 ? components[0] : -1);
    int zeros = 0;
    for (long done = 0, part = 0; done < units; part++) {
      if (part > 0) {
        requireRestart((int) (part - 1) & 7);
      }
      at = codes.begin(file, at);
      restsOfBand = 0;
      long until = interval == 0 ? units : Math.min(units, done + interval);
      for (; done < until; done++) {
        for (Block block : blocks) {
          block.walk((int) done);
        }
      }
      zeros = codes.requireEnd(done == units && (file[at + 1] & 0xFF) == 0xD9);
    }
    return zeros;
  }

  private short[] table(int index) throws IOException {
    if (tables[index] == null) {
      throw new IOException("corrupt JPEG: a Huffman table is missing");
    }
    return tables[index];
  }

  /** The codes of one block in a scan. */
  private interface Block {
    /**
     * Walks through them.
     *
     * @param index of the block, if its component is alone in the scan
     */
    void walk(int index) throws IOException;
  }

  private final class Sequential implements Block {
    private final short[] dc;
    private final short[] ac;

    Sequential(short[] dc, short[] ac) {
      this.dc = dc;
      this.ac = ac;
    }

    @Override
    public void walk(int index) throws IOException {
      codes.take(codes.symbol(dc) & 15);
      for (int k = 1; k < 64; ) {
        int symbol = codes.symbol(ac);
        codes.take(symbol & 15);
        if ((symbol & 15) == 0 && symbol < 0xF0) {
          return; // the end of the block
        }
        k += (symbol >> 4) + 1;
        requireWithin(k - 1, 63);
      }
    }
  }

  private static void requireWithin(int coefficient, int last) throws IOException {
    if (coefficient > last) {
      throw new IOException("corrupt JPEG: a block has too many coefficients");
    }
  }

  /** The scan of a progressive file: some coefficients, from their highest bits or one more bit. */
  private Block refined(int component, int selectors, int end, int count) throws IOException {
    int first = file[end];
    int last = file[end + 1];
    int before = file[end + 2] >> 4 & 15;
    int now = file[end + 2] & 15;
    boolean dc = first == 0;
    if (first < 0 || last > 63 || last < first || dc && last > 0 || !dc && count > 1) {
      throw new IOException("corrupt JPEG: a scan of coefficients %d to %d".formatted(first, last));
    }
    for (int k = first; k <= last; k++) {
      boolean fits = before == Math.max(0, known[component][k]) && (dc || known[component][0] >= 0);
      if (!fits || before > 0 && now != before - 1) {
        throw new IOException("corrupt JPEG: its scans are in the wrong order");
      }
      known[component][k] = now;
    }
    if (dc && before > 0) {
      return index -> codes.take(1);
    }
    if (dc) {
      short[] table = table(selectors >> 4 & 3);
      return index -> codes.take(codes.symbol(table) & 15);
    }
    if (coefficients[component] == null) {
      coefficients[component] = new long[Math.toIntExact(units(component))];
    }
    long[] blocks = coefficients[component];
    short[] table = table(4 + (selectors & 3));
    return before == 0
        ? index -> band(table, blocks, index, first, last)
        : index -> moreBits(table, blocks, index, first, last);
  }

  private void band(short[] table, long[] blocks, int index, int first, int last)
      throws IOException {
    if (restsOfBand > 0) {
      restsOfBand--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int symbol = codes.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        restsOfBand = (1 << run) - 1 + codes.take(run);
        return;
      }
      k += run;
      requireWithin(k, last);
      if (size > 0) {
        codes.take(size);
        blocks[index] |= 1L << k;
      }
    }
  }

  private void moreBits(short[] table, long[] blocks, int index, int first, int last)
      throws IOException {
    int k = first;
    for (; restsOfBand == 0 && k <= last; k++) {
      int symbol = codes.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        restsOfBand = (1 << run) + codes.take(run);
        break;
      }
      if (size > 1) {
        throw new IOException("corrupt JPEG: a coefficient begins with %d bits".formatted(size));
      }
      codes.take(size);
      for (; k <= last; k++) {
        if ((blocks[index] >> k & 1) != 0) {
          codes.take(1);
        } else if (--run < 0) {
          break;
        }
      }
      if (size > 0) {
        requireWithin(k, last);
        blocks[index] |= 1L << k;
      }
    }
    if (restsOfBand > 0) {
      for (; k <= last; k++) {
        codes.take((int) (blocks[index] >> k & 1));
      }
      restsOfBand--;
    }
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
}
