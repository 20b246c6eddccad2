package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The reader of PNG files (PNG specification, third edition), of every colour type, depth and
 * interlacing. It is our own because libpng prints what it finds wrong; here it is an exception.
 * Checksums of all chunks and of the pixels are held.
 */
final class PngReader {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  /** Deflate's largest ratio. */
  private static final long MOST_INFLATED = 1032;

  /** First column and row, steps of columns and rows, of Adam7's passes. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ALL = {{0, 0, 1, 1}};

  private final byte[] file;
  private final ByteBuffer bytes;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private final List<int[]> data = new ArrayList<>(); // start and length in the file
  private int width;
  private int height;
  private int depth;
  private int colour;
  private boolean interlaced;
  private byte[] palette;
  private byte[] transparency; // tRNS
  private boolean isSrgb;

  private PngReader(byte[] file) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(file);
  }

  /**
   * @throws IOException with the reason, if the file is truncated, corrupt or too large
   */
  static Image read(byte[] file) throws IOException {
    PngReader png = new PngReader(file);
    png.readChunks();
    return png.pixels();
  }

  private void readChunks() throws IOException {
    CRC32 crc = new CRC32();
    long at = 8;
    while (at + 12 <= file.length) {
      int chunk = (int) at;
      long length = bytes.getInt(chunk) & 0xFFFFFFFFL;
      if (at + 12 + length > file.length) {
        break;
      }
      crc.reset();
      crc.update(file, chunk + 4, (int) length + 4);
      if ((int) crc.getValue() != bytes.getInt(chunk + 8 + (int) length)) {
        throw new IOException("corrupt PNG: wrong checksum at byte " + chunk);
      }
      String type = new String(file, chunk + 4, 4, StandardCharsets.ISO_8859_1);
      if (type.equals("IEND")) {
        return;
      }
      if (at == 8 && (!type.equals("IHDR") || length != 13)) {
        throw new IOException("corrupt PNG: it does not begin with its header");
      }
      chunk(type, chunk + 8, (int) length);
      at += 12 + length;
    }
    throw new IOException("truncated PNG: it has no end");
  }

  private void chunk(String type, int from, int length) throws IOException {
    switch (type) {
      case "IHDR" -> header(from);
      case "PLTE" -> palette = java.util.Arrays.copyOfRange(file, from, from + length / 3 * 3);
      case "tRNS" -> transparency = java.util.Arrays.copyOfRange(file, from, from + length);
      case "IDAT" -> data.add(new int[] {from, length});
      case "acTL" -> noteIf(length >= 4 && bytes.getInt(from) > 1, ImageNote.FURTHER_PICTURES);
      case "eXIf" -> ImageNote.ofExif(file, from, length, notes);
      case "sRGB" -> {
        isSrgb = true;
        notes.remove(ImageNote.COLOUR_PROFILE);
      }
      case "gAMA" -> {
        int gamma = length >= 4 ? bytes.getInt(from) : 0; // 100000 / 2.2 is as good as sRGB's
        noteIf(!isSrgb && Math.abs(gamma - 45_455) > 200, ImageNote.COLOUR_PROFILE);
      }
      case "iCCP" -> noteIf(!isSrgb && !isSrgbProfile(from, length), ImageNote.COLOUR_PROFILE);
      case "cICP" ->
          noteIf(length < 2 || file[from] != 1 || file[from + 1] != 13, ImageNote.COLOUR_PROFILE);
      case "pHYs" ->
          noteIf(
              length >= 8 && isOblong(bytes.getInt(from), bytes.getInt(from + 4)),
              ImageNote.PIXEL_ASPECT);
      default -> {
        if ((type.charAt(0) & 0x20) == 0) { // critical: the picture cannot be told without it
          throw new IOException("it has the PNG chunk '" + type + "', which is not read");
        }
      }
    }
  }

  /** Whether two resolutions, or sides of a pixel, differ by more than rounding. */
  static boolean isOblong(double x, double y) {
    return x > 0 && y > 0 && Math.abs(x - y) > 0.01 * Math.max(x, y);
  }

  private void noteIf(boolean odd, ImageNote note) {
    if (odd) {
      notes.add(note);
    }
  }

  private void header(int from) throws IOException {
    depth = file[from + 8];
    colour = file[from + 9];
    interlaced = file[from + 12] == 1;
    boolean fits =
        switch (colour) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGBA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!fits || file[from + 10] != 0 || file[from + 11] != 0 || (file[from + 12] & 0xFE) != 0) {
      throw new IOException(
          "corrupt PNG: no such kind (colour type %d, %d bits)".formatted(colour, depth));
    }
    long columns = bytes.getInt(from) & 0xFFFFFFFFL;
    long rows = bytes.getInt(from + 4) & 0xFFFFFFFFL;
    ImageHeader size = ImageHeader.of(columns, rows, channels(), bits(), Set.of());
    width = size.width();
    height = size.height();
  }

  /** Stored samples per pixel. */
  private int stored() {
    return colour == RGB ? 3 : colour == RGBA ? 4 : colour == GREY_ALPHA ? 2 : 1;
  }

  private int channels() {
    return colour == GREY || colour == GREY_ALPHA ? 1 : 3;
  }

  private int bits() {
    return depth == 16 ? 16 : 8;
  }

  private boolean isSrgbProfile(int from, int length) {
    int name = from;
    while (name < from + length && file[name] != 0) {
      name++;
    }
    String title = new String(file, from, name - from, StandardCharsets.ISO_8859_1);
    if (title.contains("sRGB") || name + 2 >= from + length) {
      return title.contains("sRGB");
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(file, name + 2, from + length - name - 2);
      byte[] profile = new byte[8192]; // its description is at its beginning
      int inflated = inflater.inflate(profile);
      return new String(profile, 0, inflated, StandardCharsets.ISO_8859_1).contains("sRGB")
          || new String(profile, 0, inflated, StandardCharsets.UTF_16BE).contains("sRGB");
    } catch (DataFormatException e) {
      return false; // a viewer cannot apply it either; that it is there is said
    } finally {
      inflater.end();
    }
  }

  private Image pixels() throws IOException {
    if (colour == PALETTE && palette == null) {
      throw new IOException("corrupt PNG: it has no palette");
    }
    int[][] passes = interlaced ? ADAM7 : ALL;
    long raw = 0;
    for (int[] pass : passes) {
      long columns = count(width, pass[0], pass[2]);
      raw += columns == 0 ? 0 : (1 + rowBytes(columns)) * count(height, pass[1], pass[3]);
    }
    long compressed = data.stream().mapToLong(part -> part[1]).sum();
    if (raw > compressed * MOST_INFLATED) {
      throw new IOException(
          "truncated PNG: %d bytes cannot hold %d x %d pixels"
              .formatted(compressed, width, height));
    }
    Rows rows = new Rows();
    try {
      for (int[] pass : passes) {
        readPass(rows, pass);
      }
      rows.requireEnd();
    } finally {
      rows.inflater.end();
    }
    int channels = channels();
    return rows.samples8 != null
        ? Image.of8(height, width, channels, rows.samples8).with(notes)
        : Image.of16(height, width, channels, rows.samples16).with(notes);
  }

  private static int count(int size, int first, int step) {
    return size <= first ? 0 : (size - first + step - 1) / step;
  }

  private long rowBytes(long columns) {
    return (columns * stored() * depth + 7) / 8;
  }

  private void readPass(Rows rows, int[] pass) throws IOException {
    int columns = count(width, pass[0], pass[2]);
    if (columns == 0) {
      return;
    }
    int length = (int) rowBytes(columns);
    byte[] row = new byte[length];
    byte[] above = new byte[length];
    int distance = Math.max(1, stored() * depth / 8);
    for (int y = pass[1]; y < height; y += pass[3]) {
      int filter = rows.next(row);
      unfilter(filter, row, above, distance);
      rows.put(row, y, pass[0], pass[2], columns);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int distance)
      throws IOException {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < row.length; i++) {
          int left = i < distance ? 0 : row[i - distance] & 0xFF;
          row[i] += (byte) (left + (above[i] & 0xFF) >> 1);
        }
      }
      case 4 -> paeth(row, above, distance);
      default -> throw new IOException("corrupt PNG: there is no row filter " + filter);
    }
  }

  private static void paeth(byte[] row, byte[] above, int distance) {
    for (int i = 0; i < Math.min(distance, row.length); i++) {
      row[i] += above[i];
    }
    for (int i = distance; i < row.length; i++) {
      int left = row[i - distance] & 0xFF;
      int up = above[i] & 0xFF;
      int corner = above[i - distance] & 0xFF;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      row[i] +=
          (byte) (toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }
  }

  /** The rows of the picture: inflated one by one, and put into the samples. */
  private final class Rows {
    final Inflater inflater = new Inflater();
    private final byte[] filter = new byte[1];
    private int part;
    final byte[] samples8 = depth == 16 ? null : new byte[width * height * channels()];
    final short[] samples16 = depth == 16 ? new short[width * height * channels()] : null;

    int next(byte[] row) throws IOException {
      fill(filter);
      fill(row);
      return filter[0];
    }

    private void fill(byte[] out) throws IOException {
      for (int at = 0; at < out.length; ) {
        int count = inflate(out, at);
        if (count == 0 && (inflater.finished() || part == data.size())) {
          throw new IOException("truncated PNG: its pixels end early");
        }
        at += count;
      }
    }

    private int inflate(byte[] out, int at) throws IOException {
      try {
        while (inflater.needsInput() && part < data.size()) {
          inflater.setInput(file, data.get(part)[0], data.get(part)[1]);
          part++;
        }
        int count = inflater.inflate(out, at, out.length - at);
        if (inflater.needsDictionary()) {
          throw new IOException("corrupt PNG: its pixels need a dictionary");
        }
        return count;
      } catch (DataFormatException e) {
        throw new IOException("corrupt PNG: " + e.getMessage(), e);
      }
    }

    /** Requires the checksum behind the pixels; what lies between them is no pixel's. */
    void requireEnd() throws IOException {
      byte[] rest = new byte[512];
      while (!inflater.finished()) {
        int count = inflate(rest, 0);
        if (count == 0 && !inflater.finished() && part == data.size() && inflater.needsInput()) {
          throw new IOException("truncated PNG: the checksum of its pixels is missing");
        }
      }
    }

    void put(byte[] row, int y, int first, int step, int columns) throws IOException {
      int channels = channels();
      int start = y * width * channels;
      boolean plain = depth == 8 && (colour == GREY || colour == RGB) && transparency == null;
      if (plain && step == 1) {
        System.arraycopy(row, 0, samples8, start, row.length);
        return;
      }
      for (int i = 0; i < columns; i++) {
        int at = start + (first + i * step) * channels;
        if (colour == PALETTE) {
          putIndexed(row, i, at);
        } else if (depth == 16) {
          putDeep(row, i, at);
        } else {
          putShallow(row, i, at);
        }
      }
    }

    private int sample(byte[] row, int index) {
      int bit = index * depth;
      return row[bit >> 3] >> 8 - depth - (bit & 7) & (1 << depth) - 1;
    }

    private void putIndexed(byte[] row, int i, int at) throws IOException {
      int index = sample(row, i);
      if (3 * index >= palette.length) {
        throw new IOException("corrupt PNG: a pixel is outside of its palette");
      }
      System.arraycopy(palette, 3 * index, samples8, at, 3);
      if (transparency != null && index < transparency.length && transparency[index] != -1) {
        notes.add(ImageNote.TRANSPARENCY);
      }
    }

    private void putDeep(byte[] row, int i, int at) {
      int stored = stored();
      boolean clear = isKey(2);
      for (int c = 0; c < stored; c++) {
        int from = 2 * (i * stored + c);
        int value = (row[from] & 0xFF) << 8 | row[from + 1] & 0xFF;
        clear = clear && value == key(c);
        if (c < channels()) {
          samples16[at + c] = (short) value;
        } else if (value != 0xFFFF) {
          notes.add(ImageNote.TRANSPARENCY);
        }
      }
      noteIf(clear, ImageNote.TRANSPARENCY);
    }

    private void putShallow(byte[] row, int i, int at) {
      int stored = stored();
      int most = (1 << depth) - 1;
      boolean clear = isKey(2);
      for (int c = 0; c < stored; c++) {
        int value = sample(row, i * stored + c);
        clear = clear && value == key(c);
        if (c < channels()) {
          samples8[at + c] = (byte) (value * 255 / most);
        } else if (value != most) {
          notes.add(ImageNote.TRANSPARENCY);
        }
      }
      noteIf(clear, ImageNote.TRANSPARENCY);
    }

    /** Whether one colour is transparent: of grey and RGB without alpha. */
    private boolean isKey(int bytesPerSample) {
      return (colour == GREY || colour == RGB)
          && transparency != null
          && transparency.length >= bytesPerSample * stored();
    }

    private int key(int channel) {
      return (transparency[2 * channel] & 0xFF) << 8 | transparency[2 * channel + 1] & 0xFF;
    }
  }
}
