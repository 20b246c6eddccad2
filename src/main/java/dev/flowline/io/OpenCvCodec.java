package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import dev.flowline.internal.Natives;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * OpenCV's codecs: they decode BMP, WebP, GIF and some TIFF, and encode. They write into memory
 * that is cleared before, so that nothing is judged that no decoder wrote.
 */
final class OpenCvCodec {
  private OpenCvCodec() {}

  /**
   * Decodes 8-bit pixels.
   *
   * @param header of the same file
   * @param alpha whether a fourth channel is transparency, and not padding
   * @throws IOException with the reason, if they are corrupt, or of another size than the header
   *     says
   */
  static Image decode(byte[] file, ImageHeader header, boolean alpha) throws IOException {
    Codecs.load();
    try (PointerScope scope = new PointerScope()) {
      Mat bytes = new Mat(1, file.length, CV_8UC1, new BytePointer(file));
      int type = CV_MAKETYPE(CV_8U, header.channels());
      Mat pixels = new Mat(header.height(), header.width(), type, Scalar.all(0));
      long cleared = pixels.data().address();
      decode(bytes, pixels, header);
      if (pixels.data().address() != cleared) { // of another type than was foreseen
        pixels.put(Scalar.all(0));
        decode(bytes, pixels, header);
      }
      if (pixels.depth() != CV_8U) {
        throw new IOException("its samples are not of 8 bits");
      }
      return image(pixels, header.notes(), alpha);
    } catch (RuntimeException e) {
      throw new IOException(firstLine(e), e);
    }
  }

  private static void decode(Mat bytes, Mat pixels, ImageHeader header) throws IOException {
    Mat decoded = imdecode(bytes, IMREAD_UNCHANGED, pixels);
    if (decoded == null || decoded.empty()) {
      throw new IOException("corrupt, or of a kind that is not supported");
    }
    if (pixels.rows() != header.height() || pixels.cols() != header.width()) {
      throw new IOException(
          "corrupt: it says that it has %d x %d pixels and has %d x %d"
              .formatted(header.width(), header.height(), pixels.cols(), pixels.rows()));
    }
  }

  /** Copies row by row, so that there is one copy in Java, in its final form. */
  private static Image image(Mat mat, Set<ImageNote> noted, boolean alpha) {
    int stored = mat.channels();
    int channels = stored >= 3 ? 3 : 1;
    int height = mat.rows();
    int width = mat.cols();
    byte[] row = new byte[width * stored];
    byte[] samples = new byte[height * width * channels];
    boolean clear = false;
    for (int y = 0, o = 0; y < height; y++) {
      mat.ptr(y).capacity(row.length).get(row);
      for (int i = 0; i < row.length; i += stored, o += channels) {
        samples[o] = row[i + channels - 1];
        if (channels == 3) {
          samples[o + 1] = row[i + 1];
          samples[o + 2] = row[i];
        }
        clear |= alpha && stored == 4 && row[i + 3] != -1;
      }
    }
    Image image = Image.of8(height, width, channels, samples);
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    notes.addAll(noted);
    if (clear) {
      notes.add(ImageNote.TRANSPARENCY);
    }
    return image.with(notes);
  }

  private static byte[] swapped(byte[] bgr, int pixels, int stored) {
    if (stored == 1) {
      return bgr;
    }
    int channels = stored >= 3 ? 3 : 1;
    byte[] rgb = stored == channels ? bgr : new byte[pixels * channels];
    for (int i = 0, o = 0; o < rgb.length; i += stored, o += channels) {
      byte first = bgr[i];
      rgb[o] = bgr[i + channels - 1];
      if (channels == 3) {
        rgb[o + 1] = bgr[i + 1];
        rgb[o + 2] = first;
      }
    }
    return rgb;
  }

  private static short[] swapped(short[] bgr, int pixels, int stored) {
    if (stored == 1) {
      return bgr;
    }
    int channels = stored >= 3 ? 3 : 1;
    short[] rgb = stored == channels ? bgr : new short[pixels * channels];
    for (int i = 0, o = 0; o < rgb.length; i += stored, o += channels) {
      short first = bgr[i];
      rgb[o] = bgr[i + channels - 1];
      if (channels == 3) {
        rgb[o + 1] = bgr[i + 1];
        rgb[o + 2] = first;
      }
    }
    return rgb;
  }

  /** Encodes an image, see {@link Images#encode}. */
  static byte[] encode(String extension, Image image) throws IOException {
    Codecs.load();
    try (PointerScope scope = new PointerScope()) {
      Mat mat = new Mat(image.height(), image.width(), typeOf(image));
      int pixels = image.height() * image.width();
      if (image.bits() == 8) {
        byte[] bgr = swapped(image.samples8().clone(), pixels, image.channels());
        mat.data().capacity(bgr.length).put(bgr);
      } else {
        short[] bgr = swapped(image.samples16().clone(), pixels, image.channels());
        new ShortPointer(mat.data()).capacity(bgr.length).put(bgr);
      }
      BytePointer encoded = new BytePointer();
      if (!imencode(extension, mat, encoded)) {
        throw new IOException("cannot encode " + image + " as " + extension);
      }
      byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(bytes);
      return bytes;
    } catch (RuntimeException e) {
      throw new IOException("cannot encode " + image + " as " + extension + ": " + firstLine(e), e);
    }
  }

  private static int typeOf(Image image) {
    return CV_MAKETYPE(image.bits() == 8 ? CV_8U : CV_16U, image.channels());
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
  }

  private static final class Codecs {
    static {
      Natives.loadCodecs();
    }

    static void load() {}
  }
}
