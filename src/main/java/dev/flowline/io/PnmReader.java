package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * The reader of PBM, PGM and PPM files, plain and raw, as the manual pages of Netpbm specify them.
 * The file says its largest value: samples are scaled so that it becomes 255, or 65535 if it is
 * above 255, which OpenCV does not do.
 */
final class PnmReader {
  private final byte[] file;
  private int at = 2;

  private PnmReader(byte[] file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IOException with the reason, if the file is truncated, corrupt or too large
   */
  static Image read(byte[] file) throws IOException {
    if (file[1] == '7') {
      throw new IOException("PAM files are not read: pamtopnm of Netpbm converts them");
    }
    return new PnmReader(file).read(file[1] - '0');
  }

  private Image read(int kind) throws IOException {
    boolean bitmap = kind == 1 || kind == 4;
    int channels = kind == 3 || kind == 6 ? 3 : 1;
    int width = number();
    int height = number();
    int most = bitmap ? 1 : number();
    int start = ++at; // behind the one blank
    if (most < 1 || most > 65535) {
      throw new IOException("corrupt PNM: its largest value is " + most);
    }
    int bits = most > 255 ? 16 : 8;
    ImageHeader header = ImageHeader.of(width, height, channels, bits, Set.of());
    long row =
        kind == 4
            ? (width + 7) / 8
            : (long) width * channels * (kind == 5 || kind == 6 ? bits / 8 : 1);
    if (file.length - at < row * height) {
      throw new IOException(
          "truncated PNM: %s bytes of %s are missing"
              .formatted(row * height - (file.length - at), row * height));
    }
    if (kind >= 5 && most == 255) {
      return Image.of8(
          height, width, channels, Arrays.copyOfRange(file, start, start + header.samples()));
    }
    if (kind >= 5 && most == 65535) {
      short[] samples = new short[header.samples()];
      ByteBuffer.wrap(file, start, 2 * samples.length).asShortBuffer().get(samples);
      return Image.of16(height, width, channels, samples);
    }
    byte[] samples8 = bits == 8 ? new byte[header.samples()] : null;
    short[] samples16 = bits == 8 ? null : new short[header.samples()];
    for (int i = 0; i < header.samples(); i++) {
      int value =
          switch (kind) {
            case 1 -> number(1);
            case 2, 3 -> number();
            case 4 ->
                file[start + (int) row * (i / width) + i % width / 8] >> 7 - i % width % 8 & 1;
            default ->
                bits == 8
                    ? file[start + i] & 0xFF
                    : (file[start + 2 * i] & 0xFF) << 8 | file[start + 2 * i + 1] & 0xFF;
          };
      if (value > most) {
        throw new IOException(
            "corrupt PNM: a sample is %s, the largest value %s".formatted(value, most));
      }
      long bright = bitmap ? 1 - value : value; // 1 is black
      if (samples8 != null) {
        samples8[i] = (byte) ((bright * 255 + most / 2) / most);
      } else {
        samples16[i] = (short) ((bright * 65535 + most / 2) / most);
      }
    }
    return samples8 != null
        ? Image.of8(height, width, channels, samples8)
        : Image.of16(height, width, channels, samples16);
  }

  private int number() throws IOException {
    return number(10);
  }

  /** Reads a number of at most so many digits: in a plain PBM they need no blanks between them. */
  private int number(int most) throws IOException {
    skipBlanks();
    long value = 0;
    int start = at;
    while (at < file.length && file[at] >= '0' && file[at] <= '9' && at - start < most) {
      value = 10 * value + file[at++] - '0';
    }
    if (at == start || value > Integer.MAX_VALUE) {
      throw new IOException("corrupt PNM: a number is missing, or too large");
    }
    return (int) value;
  }

  private void skipBlanks() {
    boolean comment = false;
    while (at < file.length && (comment || file[at] == '#' || file[at] >= 0 && file[at] <= ' ')) {
      comment = file[at] == '#' || comment && file[at] != '\n';
      at++;
    }
  }
}
