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
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds TIFF files that libtiff wrote to what they were written of. */
class RawTiffTest {
  /** Runs, slopes and noise. */
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
  void readsWhatLibtiffWrites(int channels, int bits, int compression) throws IOException {
    for (int rows : new int[] {1, 50, 207}) {
      byte[] file = tiff(channels, bits, compression, rows);
      TiffHeader header = TiffHeader.read(file);
      assertEquals(compression == 1, header.isRaw());
      Image read = Images.decode(file);
      int[] levels = levels(207 * 301 * channels, bits);
      for (int i = 0; i < levels.length; i++) {
        int pixel = i / channels;
        int channel = channels - 1 - i % channels; // written in the order of OpenCV
        assertEquals(levels[i], read.sample(pixel / 301, pixel % 301, channel), "sample " + i);
      }
      assertSame(TiffReader.withTwelveMonkeys(header), read);
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
}
