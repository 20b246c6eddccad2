package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_TIFF_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_TIFF_ROWSPERSTRIP;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the fast readers of plain files to the careful ones, to OpenCV, and to whole files. */
class PlainImagesTest {
  /** Runs, slopes and noise: long strings of LZW, full tables, every kind of Deflate's blocks. */
  private static int[] levels(int count, int bits) {
    Random random = new Random(bits);
    int[] levels = new int[count];
    for (int i = 0; i < count; i++) {
      int level = i < count / 3 ? 7 : i < count / 2 ? i / 5 : random.nextInt(1 << bits);
      levels[i] = level & (1 << bits) - 1;
    }
    return levels;
  }

  private static byte[] tiff(int channels, int bits, int compression, int rows) throws IOException {
    Images.encode(".png", Image.of8(1, 1, 1, new byte[1])); // loads the codecs
    Mat mat = new Mat(207, 301, CV_MAKETYPE(bits == 8 ? CV_8U : CV_16U, channels));
    int[] levels = levels(207 * 301 * channels, bits);
    if (bits == 8) {
      byte[] samples = new byte[levels.length];
      Arrays.setAll(levels, i -> samples[i] = (byte) levels[i]);
      mat.data().capacity(samples.length).put(samples);
    } else {
      short[] samples = new short[levels.length];
      Arrays.setAll(levels, i -> samples[i] = (short) levels[i]);
      new ShortPointer(mat.data()).capacity(samples.length).put(samples);
    }
    BytePointer encoded = new BytePointer();
    int[] how = {IMWRITE_TIFF_COMPRESSION, compression, IMWRITE_TIFF_ROWSPERSTRIP, rows};
    assertTrue(imencode(".tif", mat, encoded, new IntPointer(how)));
    byte[] bytes = new byte[(int) encoded.limit()];
    encoded.get(bytes);
    return bytes;
  }

  /** OpenCV writes them by libtiff, colours and deep samples with a predictor. */
  @ParameterizedTest
  @CsvSource({
    "1, 8, 1",
    "1, 16, 1",
    "3, 8, 1",
    "3, 16, 1",
    "1, 8, 5",
    "1, 16, 5",
    "3, 8, 5",
    "3, 16, 5",
    "1, 8, 8",
    "1, 16, 8",
    "3, 8, 8",
    "3, 16, 8",
    "1, 8, 32946",
    "3, 16, 32946"
  })
  void readsThePlainTiffFilesOfLibtiff(int channels, int bits, int compression) throws IOException {
    for (int rows : new int[] {1, 50, 207}) {
      byte[] file = tiff(channels, bits, compression, rows);
      Image plain = PlainTiff.read(file, TiffHeader.read(file)).orElseThrow();
      int[] levels = levels(207 * 301 * channels, bits);
      for (int i = 0; i < levels.length; i++) {
        int pixel = i / channels;
        int channel = channels - 1 - i % channels; // written in the order of OpenCV
        assertEquals(levels[i], plain.sample(pixel / 301, pixel % 301, channel), "sample " + i);
      }
      assertSame(TiffReader.withTwelveMonkeys(TiffHeader.read(file)), plain);
      assertSame(Images.decode(file), plain);
    }
  }

  private static void assertSame(Image expected, Image read) {
    assertEquals(expected.toString(), read.toString());
    assertArrayEquals(
        expected.bits() == 8 ? expected.samples8() : null,
        read.bits() == 8 ? read.samples8() : null);
    assertArrayEquals(
        expected.bits() == 8 ? null : expected.samples16(),
        read.bits() == 8 ? null : read.samples16());
  }

  /** A flipped bit may leave valid codes: then both readers say the same, or the fast one none. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8})
  void ofDamagedTiffFilesItReadsNothingOrWhatTheCarefulReaderDoes(int compression)
      throws IOException {
    byte[] whole = tiff(3, 8, compression, 50);
    int refused = 0;
    for (int seed = 0; seed < 60; seed++) {
      byte[] file = flipped(whole, seed);
      Optional<Image> plain;
      TiffHeader header;
      try {
        header = TiffHeader.read(file);
        plain = PlainTiff.read(file, header);
      } catch (IOException e) {
        continue; // its tags were hit
      }
      refused += plain.isEmpty() ? 1 : 0;
      if (plain.isPresent()) {
        assertSame(TiffReader.withTwelveMonkeys(header), plain.get());
      }
    }
    boolean asExpected = // most codes of LZW are right ones
        compression == 1 ? refused == 0 : refused > (compression == 5 ? 0 : 20);
    assertTrue(asExpected, refused + " refused");
  }

  private static byte[] flipped(byte[] whole, int seed) {
    Random random = new Random(seed);
    byte[] file = whole.clone();
    file[200 + random.nextInt(file.length - 800)] ^= (byte) (1 << random.nextInt(8));
    return file;
  }

  @Test
  void leavesPngFilesWithSurplusDataToTheCarefulReader() throws IOException {
    PngWriter png = new PngWriter();
    byte[] rows = new byte[23 * (1 + 3 * 37)];
    new Random(1).nextBytes(rows);
    for (int row = 0; row < 23; row++) {
      rows[row * (1 + 3 * 37)] = 0;
    }
    byte[] whole = png.file(PngWriter.deflated(rows));
    Image image = PlainPng.read(whole, PngHeader.read(whole)).orElseThrow();
    byte[] longer = png.file(PngWriter.deflated(Arrays.copyOf(rows, rows.length + 5)));
    assertEquals(Optional.empty(), PlainPng.read(longer, PngHeader.read(longer)));
    assertSame(image, Images.decode(longer));
    byte[] trailing = PngWriter.deflated(rows);
    byte[] behind = png.file(Arrays.copyOf(trailing, trailing.length + 3));
    assertSame(image, Images.decode(behind));
    byte[] wrong = PngWriter.deflated(rows);
    wrong[wrong.length - 1] ^= 1;
    assertEquals(Optional.empty(), PlainPng.read(png.file(wrong), PngHeader.read(whole)));
  }

  @Test
  void isNotForPngFilesWithATransparentColourOrSplitPixels() throws IOException {
    byte[] clear = new PngWriter().with("tRNS", new byte[6]).write(new int[37 * 23 * 3]);
    assertFalse(PngHeader.read(clear).isPlain());
    assertTrue(PngHeader.read(new PngWriter().write(new int[37 * 23 * 3])).isPlain());
  }
}
