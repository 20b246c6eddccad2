package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The reader of uncompressed TIFF pages, grey or RGB of 8 or 16 bits, whose samples lie together in
 * strips, as cameras write them. There is nothing to decode: it copies the samples. {@link
 * TiffReader} has all other pages decoded by TwelveMonkeys, which would take up to thirty times as
 * long here.
 */
final class RawTiff {
  private RawTiff() {}

  /**
   * Returns the picture as it is stored.
   *
   * @param tiff of the file, with {@link TiffHeader#isRaw}
   */
  static Image read(byte[] file, TiffHeader tiff) throws IOException {
    ImageHeader header = tiff.stored();
    int row = header.width() * header.channels();
    List<TiffStrips.Strip> strips = TiffStrips.of(tiff.tags(), header);
    if (header.bits() == 8) {
      byte[] samples = new byte[header.samples()];
      for (TiffStrips.Strip strip : strips) {
        System.arraycopy(file, strip.offset(), samples, strip.top() * row, strip.rows() * row);
      }
      return Image.of8(header.height(), header.width(), header.channels(), samples);
    }
    short[] samples = new short[header.samples()];
    ByteBuffer ordered = ByteBuffer.wrap(file).order(tiff.tags().file().order());
    for (TiffStrips.Strip strip : strips) {
      ordered
          .position(strip.offset())
          .slice()
          .order(ordered.order())
          .asShortBuffer()
          .get(samples, strip.top() * row, strip.rows() * row);
    }
    return Image.of16(header.height(), header.width(), header.channels(), samples);
  }
}
