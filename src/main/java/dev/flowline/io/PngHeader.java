package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG file (PNG specification, third edition), with their checksums, which the
 * JDK's reader passes over.
 */
final class PngHeader {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  /** The largest ratio of Deflate. */
  private static final long MOST_INFLATED = 1032;

  private final byte[] file;
  private final ByteBuffer bytes;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private int width;
  private int height;
  private int depth;
  private int colour;
  private int colours; // of the palette
  private long compressed; // bytes of the pixels
  private boolean isSrgb;

  private PngHeader(byte[] file) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(file);
  }

  /**
   * Reads the chunks.
   *
   * @throws IOException with the reason, if the file is truncated, corrupt, too large, or of a kind
   *     that is not read
   */
  static PngHeader read(byte[] file) throws IOException {
    PngHeader png = new PngHeader(file);
    png.readChunks();
    png.requirePixels();
    return png;
  }

  private void requirePixels() throws IOException {
    if (isIndexed() && colours == 0) {
      throw new IOException("corrupt PNG: it has no palette");
    }
    long raw = ((long) width * stored() * depth + 7) / 8 * height;
    if (raw > compressed * MOST_INFLATED) {
      throw new IOException(
          "truncated PNG: %s bytes cannot hold %s x %s pixels"
              .formatted(compressed, width, height));
    }
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
      if (at == 8 != type.equals("IHDR") || at == 8 && length != 13) {
        throw new IOException("corrupt PNG: it does not begin with its one header");
      }
      chunk(type, chunk + 8, (int) length);
      at += 12 + length;
    }
    throw new IOException("truncated PNG: it has no end");
  }

  private void chunk(String type, int from, int length) throws IOException {
    switch (type) {
      case "IHDR" -> header(from);
      case "PLTE" -> colours = length / 3;
      case "tRNS" -> {} // the decoder makes alpha of it
      case "IDAT" -> compressed += length;
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
              length >= 8 && ImageNote.isOblong(bytes.getInt(from), bytes.getInt(from + 4)),
              ImageNote.PIXEL_ASPECT);
      default -> {
        if ((type.charAt(0) & 0x20) == 0) { // critical: the picture cannot be told without it
          throw new IOException("it has the PNG chunk '" + type + "', which is not read");
        }
      }
    }
  }

  private void noteIf(boolean odd, ImageNote note) {
    if (odd) {
      notes.add(note);
    }
  }

  private void header(int from) throws IOException {
    depth = file[from + 8];
    colour = file[from + 9];
    long columns = bytes.getInt(from) & 0xFFFFFFFFL;
    long rows = bytes.getInt(from + 4) & 0xFFFFFFFFL;
    ImageHeader size = ImageHeader.of(columns, rows, channels(), bits(), Set.of());
    width = size.width();
    height = size.height();
  }

  /** Returns the stored samples per pixel. */
  private int stored() {
    return colour == RGB ? 3 : colour == RGBA ? 4 : colour == GREY_ALPHA ? 2 : 1;
  }

  /** Returns the channels of the image, 1 or 3. */
  int channels() {
    return colour == GREY || colour == GREY_ALPHA ? 1 : 3;
  }

  /** Returns the bits per sample of the image, 8 or 16. */
  int bits() {
    return depth == 16 ? 16 : 8;
  }

  boolean isIndexed() {
    return colour == PALETTE;
  }

  /** The number of colours in the palette. */
  int colours() {
    return colours;
  }

  Set<ImageNote> notes() {
    return notes;
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
}
