package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.junit.jupiter.api.Assertions.*;

import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds JPEG files of every kind to the pixels of OpenCV, and refuses damaged ones. */
class JpegReaderTest {
  static byte[] jpeg(int height, int width, int channels, int... how) throws IOException {
    Images.encode(".jpg", Image.of8(1, 1, 1, new byte[1])); // loads the codecs
    Random random = new Random(height + channels);
    byte[] samples = new byte[height * width * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i / channels % width * 3 + i / channels / width + random.nextInt(20));
    }
    Mat mat = new Mat(height, width, CV_MAKETYPE(CV_8U, channels));
    mat.data().capacity(samples.length).put(samples);
    BytePointer encoded = new BytePointer();
    assertTrue(imencode(".jpg", mat, encoded, new IntPointer(how)));
    byte[] bytes = new byte[(int) encoded.limit()];
    encoded.get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "0x411111, false", "0x221111, false", "0x211111, false", "0x121111, false", "0x111111, false",
    "0x411111, true", "0x221111, true", "0x211111, true", "0x121111, true", "0x111111, true"
  })
  void readsThePixelsThatOpenCvReads(int sampling, boolean progressive) throws IOException {
    for (int channels : new int[] {1, 3}) {
      for (int quality : new int[] {5, 90, 100}) {
        for (int restart : new int[] {0, 1, 7, 100}) {
          for (int[] size : new int[][] {{1, 1}, {17, 33}, {100, 150}}) {
            byte[] file =
                jpeg(
                    size[0],
                    size[1],
                    channels,
                    IMWRITE_JPEG_QUALITY,
                    quality,
                    IMWRITE_JPEG_RST_INTERVAL,
                    restart,
                    IMWRITE_JPEG_OPTIMIZE,
                    quality & 1,
                    IMWRITE_JPEG_SAMPLING_FACTOR,
                    sampling,
                    IMWRITE_JPEG_PROGRESSIVE,
                    progressive ? 1 : 0);
            assertIsOpenCvs(file);
          }
        }
      }
    }
  }

  private static void assertIsOpenCvs(byte[] file) throws IOException {
    Image truth = OpenCvCodec.decode(file, JpegHeader.read(file).header(), false);
    Image image = Images.decode(file);
    assertEquals(truth.toString(), image.toString());
    assertArrayEquals(truth.samples8(), image.samples8());
  }

  /** JFIF or not, Adobe's transform or none, components by number or letter. */
  @ParameterizedTest
  @CsvSource({"3, -1", "3, 0", "3, 1", "4, -1", "4, 0", "4, 2"})
  void takesTheColoursThatTheMarkersName(int components, int transform) throws IOException {
    byte[] plain = components == 3 ? jpeg(100, 150, 3) : cmyk();
    byte[] file = transform < 0 ? plain : with(plain, adobe(transform));
    assertIsOpenCvs(file);
    if (components == 3) {
      byte[] bare = without(file, 0xE0);
      assertIsOpenCvs(bare);
      for (int marker : new int[] {0xC0, 0xDA}) {
        int at = marker(bare, 0, marker) + (marker == 0xC0 ? 10 : 5);
        for (int i = 0; i < 3; i++) {
          bare[at + i * (marker == 0xC0 ? 3 : 2)] = (byte) "RGB".charAt(i);
        }
      }
      assertIsOpenCvs(bare);
    }
    byte[] profile = new byte[40];
    System.arraycopy("ICC_PROFILE\0\1\1".getBytes(), 0, profile, 0, 14); // of nothing but zeros
    byte[] strange = with(file, segment(0xE2, profile));
    assertArrayEquals(Images.decode(file).samples8(), Images.decode(strange).samples8());
  }

  private static byte[] adobe(int transform) {
    return segment(0xEE, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform);
  }

  private static byte[] segment(int marker, int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return segment(marker, bytes);
  }

  private static byte[] segment(int marker, byte[] content) {
    ByteBuffer segment = ByteBuffer.allocate(4 + content.length).put((byte) 0xFF);
    return segment.put((byte) marker).putShort((short) (2 + content.length)).put(content).array();
  }

  private static byte[] with(byte[] file, byte[] segment) {
    return ByteBuffer.allocate(file.length + segment.length)
        .put(file, 0, 2)
        .put(segment)
        .put(file, 2, file.length - 2)
        .array();
  }

  private static byte[] without(byte[] file, int marker) {
    int at = marker(file, 0, marker);
    int length = 2 + ByteBuffer.wrap(file).getShort(at + 2);
    return ByteBuffer.allocate(file.length - length)
        .put(file, 0, at)
        .put(file, at + length, file.length - at - length)
        .array();
  }

  private static byte[] cmyk() throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 64, 48, 4, null);
    Random random = new Random(2);
    for (int i = 0; i < 64 * 48 * 4; i++) {
      int value = i / 4 % 64 * (i % 4 + 1) + i / 256 * 3 + random.nextInt(20);
      raster.setSample(i / 4 % 64, i / 256, i % 4, value & 0xFF);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(raster, null, null), null);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void refusesDataThatEndBeforeThePictureOrAfterIt(int progressive) throws IOException {
    byte[] whole = jpeg(100, 150, 3, IMWRITE_JPEG_PROGRESSIVE, progressive);
    byte[] few = Arrays.copyOf(whole, whole.length - 200); // a frame cut by the camera's software
    few[few.length - 2] = (byte) 0xFF;
    few[few.length - 1] = (byte) 0xD9;
    assertRefused("corrupt JPEG: premature end of data segment", few);
    byte[] many = Arrays.copyOf(whole, whole.length + 300);
    Arrays.fill(many, whole.length - 2, many.length, (byte) 0x55);
    many[many.length - 2] = (byte) 0xFF;
    many[many.length - 1] = (byte) 0xD9;
    assertRefused("extraneous bytes before marker 0xd9", many);
  }

  @Test
  void takesTheZerosThatSomeCamerasPutBehindThePicture() throws IOException {
    byte[] whole = jpeg(100, 150, 3);
    byte[] padded = Arrays.copyOf(whole, whole.length + 40);
    Arrays.fill(padded, whole.length - 2, padded.length, (byte) 0);
    padded[padded.length - 2] = (byte) 0xFF;
    padded[padded.length - 1] = (byte) 0xD9;
    assertArrayEquals(Images.decode(whole).samples8(), Images.decode(padded).samples8());
    padded[padded.length - 7] = 1;
    assertRefused("extraneous bytes before marker 0xd9", padded);
    byte[] trailing = Arrays.copyOf(whole, whole.length + 40); // behind the end: no part of it
    assertArrayEquals(Images.decode(whole).samples8(), Images.decode(trailing).samples8());
  }

  @Test
  void refusesALostRestartInterval() throws IOException {
    byte[] whole = jpeg(100, 150, 3, IMWRITE_JPEG_RST_INTERVAL, 5);
    int first = marker(whole, 300, 0xD2);
    int second = marker(whole, 300, 0xD3);
    byte[] lost = new byte[whole.length - (second - first)];
    System.arraycopy(whole, 0, lost, 0, first);
    System.arraycopy(whole, second, lost, first, whole.length - second);
    assertRefused("corrupt JPEG", lost);
  }

  private static int marker(byte[] file, int from, int marker) {
    int at = from;
    while (file[at] != (byte) 0xFF || (file[at + 1] & 0xFF) != marker) {
      at++;
    }
    return at;
  }

  @Test
  void refusesMoreScansThanAPictureTakes() throws IOException {
    byte[] whole = jpeg(100, 150, 1, IMWRITE_JPEG_PROGRESSIVE, 1);
    int scan = marker(whole, 0, 0xDA);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(whole, 0, scan);
    for (int i = 0; i < 300; i++) {
      many.write(whole, scan, whole.length - 2 - scan);
    }
    many.write(whole, whole.length - 2, 2);
    assertRefused("a JPEG of more than 200 scans", many.toByteArray());
  }

  private static void assertRefused(String why, byte[] file) {
    String message = assertThrows(IOException.class, () -> Images.decode(file)).getMessage();
    assertTrue(message.contains(why), message);
  }
}
