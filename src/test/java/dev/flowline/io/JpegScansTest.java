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

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegScansTest {
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
  void takesGoodFilesOfEveryKind(int sampling, boolean progressive) throws IOException {
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
            assertEquals(size[0], Images.decode(file).height());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void refusesDataThatEndBeforeThePictureOrAfterIt(int progressive) throws IOException {
    byte[] whole = jpeg(100, 150, 3, IMWRITE_JPEG_PROGRESSIVE, progressive);
    byte[] few = Arrays.copyOf(whole, whole.length - 200); // a frame cut by the camera's software
    few[few.length - 2] = (byte) 0xFF;
    few[few.length - 1] = (byte) 0xD9;
    assertRefused(progressive == 1 ? "corrupt JPEG" : "its data end before its picture", few);
    byte[] many = Arrays.copyOf(whole, whole.length + 300);
    Arrays.fill(many, whole.length - 2, many.length, (byte) 0x55);
    many[many.length - 2] = (byte) 0xFF;
    many[many.length - 1] = (byte) 0xD9;
    assertRefused("its picture ends 300 bytes before its data", many);
  }

  @Test
  void takesTheZerosThatSomeCamerasPutBehindThePicture() throws IOException {
    byte[] whole = jpeg(100, 150, 3);
    byte[] padded = Arrays.copyOf(whole, whole.length + 40);
    Arrays.fill(padded, whole.length - 2, padded.length, (byte) 0);
    padded[padded.length - 2] = (byte) 0xFF;
    padded[padded.length - 1] = (byte) 0xD9;
    assertArrayEquals(Images.decode(whole).samples8(), Images.decode(padded).samples8());
    byte[] trailing = Arrays.copyOf(whole, whole.length + 40); // behind the end: no part of it
    assertArrayEquals(Images.decode(whole).samples8(), Images.decode(trailing).samples8());
  }

  @Test
  void refusesALostRestartInterval() throws IOException {
    byte[] whole = jpeg(100, 150, 3, IMWRITE_JPEG_RST_INTERVAL, 5);
    int first = marker(whole, 0xD2);
    int second = marker(whole, 0xD3);
    byte[] lost = new byte[whole.length - (second - first)];
    System.arraycopy(whole, 0, lost, 0, first);
    System.arraycopy(whole, second, lost, first, whole.length - second);
    assertRefused("restart marker", lost);
  }

  private static int marker(byte[] file, int marker) {
    int at = 300;
    while (file[at] != (byte) 0xFF || (file[at + 1] & 0xFF) != marker) {
      at++;
    }
    return at;
  }

  private static void assertRefused(String why, byte[] file) {
    String message = assertThrows(IOException.class, () -> Images.decode(file)).getMessage();
    assertTrue(message.contains(why), message);
  }
}
