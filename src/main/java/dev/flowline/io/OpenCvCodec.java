package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.mixChannels;
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
 * OpenCV's codecs: they decode BMP, WebP, GIF and rare kinds of TIFF, and encode. They write into
 * memory that is cleared before, so that nothing is judged that no decoder wrote.
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
          "corrupt: it says that it has %s x %s pixels and has %s x %s"
              .formatted(header.width(), header.height(), pixels.cols(), pixels.rows()));
    }
  }

  private static Image image(Mat mat, Set<ImageNote> noted, boolean alpha) {
    Mat rgb = swapped(mat);
    Image image = Image.of8(mat.rows(), mat.cols(), rgb.channels(), bytes(rgb));
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    notes.addAll(noted);
    if (alpha && mat.channels() == 4) {
      Mat opacity = new Mat();
      extractChannel(mat, opacity, 3);
      for (byte pixel : bytes(opacity)) {
        if (pixel != -1) {
          notes.add(ImageNote.TRANSPARENCY);
          break;
        }
      }
    }
    return image.with(notes);
  }

  private static byte[] bytes(Mat mat) {
    byte[] bytes = new byte[mat.rows() * mat.cols() * mat.channels()];
    mat.data().capacity(bytes.length).get(bytes);
    return bytes;
  }

  /** Returns red, green and blue of blue, green and red, or the other way; grey as it is. */
  private static Mat swapped(Mat mat) {
    if (mat.channels() < 3) {
      return mat;
    }
    Mat swapped = new Mat(mat.rows(), mat.cols(), CV_MAKETYPE(mat.depth(), 3));
    mixChannels(mat, 1, swapped, 1, new int[] {0, 2, 1, 1, 2, 0}, 3);
    return swapped;
  }

  /** Encodes an image, see {@link Images#encode}. */
  static byte[] encode(String extension, Image image) throws IOException {
    Codecs.load();
    try (PointerScope scope = new PointerScope()) {
      Mat mat = new Mat(image.height(), image.width(), typeOf(image));
      if (image.bits() == 8) {
        mat.data().capacity(image.samples8().length).put(image.samples8());
      } else {
        new ShortPointer(mat.data()).capacity(image.samples16().length).put(image.samples16());
      }
      BytePointer encoded = new BytePointer();
      if (!imencode(extension, swapped(mat), encoded)) {
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
