package dev.flowline.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The reader of PBM, PGM, PPM (plain and raw) and PAM files, as the manual pages of Netpbm specify
 * them. The file says its largest value: samples are scaled so that it becomes 255, or 65535 if it
 * is above 255.
 */
final class PnmReader {
  private final byte[] file;
  private int at = 2;
  private int width;
  private int height;
  private int depth; // stored samples per pixel
  private int most; // the largest value
  private boolean hasAlpha;
  private int bit; // within the last byte, of a raw PBM

  private PnmReader(byte[] file) {
    this.file = file;
  }

  /**
   * @throws IOException with the reason, if the file is truncated, corrupt or too large
   */
  static Image read(byte[] file) throws IOException {
    return new PnmReader(file).read();
  }

  private Image read() throws IOException {
    int kind = file[1] - '0';
    if (kind == 7) {
      readPamHeader();
    } else {
      width = number();
      height = number();
      most = kind == 1 || kind == 4 ? 1 : number();
      depth = kind == 3 || kind == 6 ? 3 : 1;
      at++; // the one blank behind the header
    }
    if (most < 1 || most > 65535) {
      throw new IOException("corrupt PNM: its largest value is " + most);
    }
    int channels = depth >= 3 ? 3 : 1;
    int bits = most > 255 ? 16 : 8;
    ImageHeader header = ImageHeader.of(width, height, channels, bits, Set.of());
    requireBytes(kind);
    byte[] samples8 = bits == 8 ? new byte[header.samples()] : null;
    short[] samples16 = bits == 16 ? new short[header.samples()] : null;
    boolean clear = false;
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < depth; c++) {
          int value = sample(kind);
          if (value > most) {
            throw new IOException(
                "corrupt PNM: a sample is %d, the largest value %d".formatted(value, most));
          }
          if (c >= channels) {
            clear |= hasAlpha && value != most;
          } else if (samples8 != null) {
            samples8[out++] = (byte) ((value * 255 + most / 2) / most);
          } else {
            samples16[out++] = (short) ((value * 65535L + most / 2) / most);
          }
        }
      }
      if (kind == 4) {
        bit = 0; // every row begins with a byte
      }
    }
    Image image =
        samples8 != null
            ? Image.of8(height, width, channels, samples8)
            : Image.of16(height, width, channels, samples16);
    return clear ? image.with(Set.of(ImageNote.TRANSPARENCY)) : image;
  }

  private int sample(int kind) throws IOException {
    switch (kind) {
      case 1:
        skipBlanks();
        int digit = next() - '0';
        if (digit != 0 && digit != 1) {
          throw new IOException("corrupt PBM: a pixel is neither 0 nor 1");
        }
        return 1 - digit; // 1 is black
      case 2, 3:
        return number();
      case 4:
        if (bit == 0) {
          next();
        }
        int value = file[at - 1] >> 7 - bit & 1;
        bit = bit + 1 & 7;
        return 1 - value;
      default:
        int high = next();
        return most > 255 ? high << 8 | next() : high;
    }
  }

  /** Requires as many bytes as the pixels take at least, before memory for them is taken. */
  private void requireBytes(int kind) throws IOException {
    long needed =
        switch (kind) {
          case 1 -> (long) width * height;
          case 2, 3 -> 2L * width * height * depth - 1; // a digit and a blank
          case 4 -> (width + 7L) / 8 * height;
          default -> (long) width * height * depth * (most > 255 ? 2 : 1);
        };
    if (file.length - at < needed) {
      throw new IOException(
          "truncated PNM: %d bytes of %d are missing"
              .formatted(needed - (file.length - at), needed));
    }
  }

  private void readPamHeader() throws IOException {
    for (int lines = 0; lines < 1000; lines++) {
      String[] words = line().trim().split("\\s+", 2);
      switch (words[0]) {
        case "ENDHDR":
          if (depth == 0) {
            throw new IOException("corrupt PAM: it has no DEPTH");
          }
          return;
        case "WIDTH":
          width = value(words);
          break;
        case "HEIGHT":
          height = value(words);
          break;
        case "DEPTH":
          depth = value(words);
          break;
        case "MAXVAL":
          most = value(words);
          break;
        case "TUPLTYPE":
          hasAlpha = words.length > 1 && words[1].endsWith("_ALPHA");
          break;
        default: // a comment, or a line that is not known
      }
      if (depth < 0 || depth > 4) {
        throw new IOException("its pixels have %d samples, at most 4 are read".formatted(depth));
      }
    }
    throw new IOException("corrupt PAM: its header does not end");
  }

  private static int value(String[] words) throws IOException {
    try {
      return Integer.parseInt(words[words.length - 1]);
    } catch (NumberFormatException e) {
      throw new IOException("corrupt PAM: no number behind " + words[0], e);
    }
  }

  private String line() throws IOException {
    int from = at;
    while (next() != '\n') {
      if (at - from > 1000) {
        throw new IOException("corrupt PAM: a line of its header does not end");
      }
    }
    return new String(file, from, at - from - 1, StandardCharsets.ISO_8859_1);
  }

  private int number() throws IOException {
    skipBlanks();
    long value = 0;
    int digits = 0;
    while (at < file.length && file[at] >= '0' && file[at] <= '9') {
      value = 10 * value + file[at++] - '0';
      if (++digits > 9) {
        throw new IOException("corrupt PNM: a number has more than 9 digits");
      }
    }
    if (digits == 0) {
      throw new IOException(
          at >= file.length ? "truncated PNM: it ends early" : "corrupt PNM: a number is missing");
    }
    return (int) value;
  }

  private void skipBlanks() {
    while (at < file.length) {
      if (file[at] == '#') {
        while (at < file.length && file[at] != '\n') {
          at++;
        }
      } else if ((file[at] & 0xFF) > ' ') {
        return;
      } else {
        at++;
      }
    }
  }

  private int next() throws IOException {
    if (at >= file.length) {
      throw new IOException("truncated PNM: it ends early");
    }
    return file[at++] & 0xFF;
  }
}
