package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import dev.flowline.internal.Natives;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Image files: JPEG, PNG, BMP and TIFF (its first page), 8 or 16 bits a sample, grey, palette, RGB
 * or RGBA.
 *
 * <p>Pixels come as stored: an EXIF orientation is ignored and alpha is dropped without
 * compositing, as PIL's {@code Image.open(...).convert("RGB")} does, on which the published
 * protocols rest.
 */
public final class Images {
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp", "tif", "tiff");

  private Images() {}

  /** Tells whether a file's name ends as that of an image that {@link #read} understands. */
  public static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * @throws IOException naming the file and the reason, if it cannot be read, is truncated or
   *     corrupt, or is no image of a supported kind
   */
  public static Image read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + FileFault.of(e), e);
    }
    try {
      return decode(bytes);
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * @param file the bytes of an image file
   * @throws IOException with the reason, if they are truncated or corrupt, or no image of a
   *     supported kind
   */
  public static Image decode(byte[] file) throws IOException {
    ImageFileCheck.requireComplete(file);
    Codecs.load();
    try (PointerScope scope = new PointerScope()) {
      Mat mat = imdecode(new Mat(1, file.length, CV_8UC1, new BytePointer(file)), IMREAD_UNCHANGED);
      if (mat == null || mat.empty()) {
        throw new IOException("corrupt, or of a kind that is not supported");
      }
      return copy(mat);
    } catch (RuntimeException e) {
      throw new IOException(firstLine(e), e);
    }
  }

  private static Image copy(Mat mat) throws IOException {
    int height = mat.rows();
    int width = mat.cols();
    int stored = mat.channels();
    int channels = stored >= 3 ? 3 : 1;
    int pixels = Math.multiplyExact(height, width);
    int length = Math.multiplyExact(pixels, stored);
    if (mat.depth() == CV_8U) {
      byte[] samples = new byte[length];
      mat.data().capacity(length).get(samples);
      return Image.of8(height, width, channels, toRgb(samples, pixels, stored));
    }
    if (mat.depth() == CV_16U) {
      short[] samples = new short[length];
      new ShortPointer(mat.data()).capacity(length).get(samples);
      return Image.of16(height, width, channels, toRgb(samples, pixels, stored));
    }
    throw new IOException("its samples are neither 8 nor 16 bit unsigned integers");
  }

  private static byte[] toRgb(byte[] bgr, int pixels, int stored) {
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

  private static short[] toRgb(short[] bgr, int pixels, int stored) {
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

  /**
   * Writes an image as a PNG of its own bit depth, making the folders above it.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public static void writePng(Path file, Image image) throws IOException {
    write(file, encode(".png", image));
  }

  /**
   * Writes a picture, for instance one of a report, as a PNG, making the folders above it.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public static void writePng(Path file, BufferedImage image) throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("cannot write " + file + ": no PNG writer for " + image);
    }
    write(file, bytes.toByteArray());
  }

  /**
   * The bytes of an image file.
   *
   * @param extension which kind: {@code .png}, {@code .bmp}, {@code .tif} or {@code .jpg}
   * @throws IOException if that kind cannot hold the image
   */
  public static byte[] encode(String extension, Image image) throws IOException {
    Codecs.load();
    try (PointerScope scope = new PointerScope()) {
      Mat mat = new Mat(image.height(), image.width(), typeOf(image));
      int pixels = image.height() * image.width();
      if (image.bits() == 8) {
        byte[] bgr = toRgb(image.samples8().clone(), pixels, image.channels());
        mat.data().capacity(bgr.length).put(bgr);
      } else {
        short[] bgr = toRgb(image.samples16().clone(), pixels, image.channels());
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

  /** A picture to draw on: TYPE_INT_RGB, 8 bits a channel, whatever the image has. */
  public static BufferedImage toBufferedImage(Image image) {
    Image eight = image.to8Bits();
    byte[] samples = eight.samples8();
    int channels = eight.channels();
    int[] rgb = new int[eight.height() * eight.width()];
    for (int i = 0; i < rgb.length; i++) {
      int red = samples[i * channels] & 0xFF;
      int green = channels == 1 ? red : samples[i * channels + 1] & 0xFF;
      int blue = channels == 1 ? red : samples[i * channels + 2] & 0xFF;
      rgb[i] = red << 16 | green << 8 | blue;
    }
    // Java's grey type is linear light: drawn onto anything else it would turn brighter.
    var picture = new BufferedImage(eight.width(), eight.height(), BufferedImage.TYPE_INT_RGB);
    picture.getRaster().setDataElements(0, 0, eight.width(), eight.height(), rgb);
    return picture;
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(bytes);
    AtomicFile.write(
        file,
        channel -> {
          while (content.hasRemaining()) {
            channel.write(content);
          }
        });
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
