package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The fast reader of plain TIFF pages: grey or RGB of 8 or 16 bits whose samples lie together in
 * strips, as they are or compressed by LZW or Deflate. It returns a picture only of a page without
 * any fault: {@link TiffReader} decides about the others with TwelveMonkeys, which takes up to
 * thirty times the time.
 */
final class PlainTiff {
  private final byte[] file;
  private final TiffHeader tiff;
  private final Inflater inflater;
  private final Lzw lzw = new Lzw();

  private PlainTiff(byte[] file, TiffHeader tiff, Inflater inflater) {
    this.file = file;
    this.tiff = tiff;
    this.inflater = inflater;
  }

  /** Returns the picture as it is stored; empty if the page is not plain, or has a fault. */
  static Optional<Image> read(byte[] file, TiffHeader tiff) throws IOException {
    if (!tiff.isPlain()) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater();
    try {
      PlainTiff plain = new PlainTiff(file, tiff, inflater);
      return tiff.stored().bits() == 8 ? plain.read8() : plain.read16();
    } catch (DataFormatException e) {
      return Optional.empty(); // the other reader says what is wrong
    } finally {
      inflater.end();
    }
  }

  private Optional<Image> read8() throws IOException, DataFormatException {
    ImageHeader header = tiff.stored();
    int row = header.width() * header.channels();
    byte[] samples = new byte[header.samples()];
    for (TiffStrips.Strip strip : TiffStrips.of(tiff.tags(), header)) {
      if (!read(strip, samples, strip.top() * row, strip.rows() * row)) {
        return Optional.empty();
      }
    }
    if (tiff.hasPredictor()) {
      for (int start = 0; start < samples.length; start += row) {
        for (int first = start; first < start + header.channels(); first++) {
          int left = 0;
          for (int i = first; i < start + row; i += header.channels()) {
            left += samples[i];
            samples[i] = (byte) left;
          }
        }
      }
    }
    return Optional.of(Image.of8(header.height(), header.width(), header.channels(), samples));
  }

  private Optional<Image> read16() throws IOException, DataFormatException {
    ImageHeader header = tiff.stored();
    int row = header.width() * header.channels();
    short[] samples = new short[header.samples()];
    byte[] bytes = null; // of one strip: the first has the most rows
    for (TiffStrips.Strip strip : TiffStrips.of(tiff.tags(), header)) {
      int length = strip.rows() * row;
      bytes = bytes == null ? new byte[2 * length] : bytes;
      if (!read(strip, bytes, 0, 2 * length)) {
        return Optional.empty();
      }
      ByteBuffer ordered = ByteBuffer.wrap(bytes).order(tiff.tags().file().order());
      ordered.asShortBuffer().get(samples, strip.top() * row, length);
    }
    if (tiff.hasPredictor()) {
      for (int start = 0; start < samples.length; start += row) {
        for (int first = start; first < start + header.channels(); first++) {
          int left = 0;
          for (int i = first; i < start + row; i += header.channels()) {
            left += samples[i];
            samples[i] = (short) left;
          }
        }
      }
    }
    return Optional.of(Image.of16(header.height(), header.width(), header.channels(), samples));
  }

  /** Fills a part of an array with a strip; returns false if the strip has a fault. */
  private boolean read(TiffStrips.Strip strip, byte[] into, int at, int length)
      throws DataFormatException {
    switch (tiff.compression()) {
      case TiffHeader.NONE -> {
        System.arraycopy(file, strip.offset(), into, at, length);
        return true;
      }
      case TiffHeader.LZW -> {
        return lzw.inflate(file, strip.offset(), strip.bytes(), into, at, length);
      }
      default -> {
        inflater.reset();
        inflater.setInput(file, strip.offset(), strip.bytes());
        int done = 0;
        while (done < length && !inflater.finished() && !inflater.needsInput()) {
          done += inflater.inflate(into, at + done, length - done);
        }
        return done == length && inflater.inflate(new byte[1]) == 0 && inflater.finished();
      }
    }
  }
}
