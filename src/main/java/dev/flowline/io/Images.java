package dev.flowline.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * Image files: JPEG, PNG, BMP, TIFF, WebP, GIF and PNM, of several pages or frames the first; grey,
 * palette, RGB or RGBA. {@code docs/data.md} has what is read of each.
 *
 * <p>Pixels come as stored: an EXIF orientation is ignored and alpha is dropped without
 * compositing, as PIL's {@code Image.open(...).convert("RGB")} does, on which the published
 * protocols rest. What a viewer would honour and is left out here, {@link Image#notes()} says.
 */
public final class Images {
  /** The system property of {@link #maxBytes()}. */
  public static final String MAX_BYTES = "flowline.maxImageBytes";

  private static final long DEFAULT_MAX_BYTES = 1L << 30;
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp", "tif", "tiff");

  private Images() {}

  /**
   * Returns the most bytes that the pixels of an image may take, width times height times channels
   * times bytes per sample, and its file: the system property {@value #MAX_BYTES}, by default
   * 1,073,741,824. A file that says that it has more is not decoded.
   */
  public static long maxBytes() {
    return Long.getLong(MAX_BYTES, DEFAULT_MAX_BYTES);
  }

  /** Returns whether a file's name ends as that of an image that {@link #read} understands. */
  public static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Reads an image file, and passes its notes to the {@link ImageNotes} that are open.
   *
   * @throws IOException naming the file and the reason, if it is no regular file, cannot be read,
   *     is truncated or corrupt, or is no image of a supported kind
   */
  public static Image read(Path file) throws IOException {
    ImageFormat.requireRegular(file);
    try {
      long size = Files.size(file);
      if (size > Math.min(maxBytes(), Integer.MAX_VALUE - 8)) {
        throw new IOException(
            "the file has %s bytes, at most %s are read (--max-image-bytes)"
                .formatted(size, Math.min(maxBytes(), Integer.MAX_VALUE - 8)));
      }
      Image image = decode(Files.readAllBytes(file));
      ImageNotes.add(file, image.notes());
      return image;
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + FileFault.of(e), e);
    }
  }

  /**
   * Decodes the bytes of an image file.
   *
   * @throws IOException with the reason, if they are truncated or corrupt, or no image of a
   *     supported kind
   */
  public static Image decode(byte[] file) throws IOException {
    if (file.length == 0) {
      throw new IOException("the file is empty");
    }
    Optional<ImageFormat> format = ImageFormat.of(file);
    if (format.isEmpty()) {
      throw new IOException("not a JPEG, PNG, BMP, TIFF, WebP, GIF or PNM file");
    }
    try {
      return withBits(decode(file, format.get()));
    } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
      throw new IOException("corrupt %s: its header contradicts itself".formatted(format.get()), e);
    }
  }

  private static Image decode(byte[] file, ImageFormat format) throws IOException {
    return switch (format) {
      case PNG -> PngReader.read(file);
      case PNM -> PnmReader.read(file);
      case TIFF -> TiffReader.read(file);
      case JPEG -> JpegReader.read(file);
      case BMP -> bmp(file);
      case GIF -> OpenCvCodec.decode(file, GifHeader.read(file), false);
      case WEBP -> OpenCvCodec.decode(file, WebpHeader.read(file), true);
      default -> throw new IOException(format + " files are not read");
    };
  }

  private static Image bmp(byte[] file) throws IOException {
    ImageHeader header = BmpHeader.read(file);
    return OpenCvCodec.decode(BmpHeader.asWindows(file), header, false);
  }

  /** Adds the note on 16-bit samples that leave the upper bits unused. */
  private static Image withBits(Image image) {
    if (image.bits() == 8) {
      return image;
    }
    int most = 0;
    for (short sample : image.samples16()) {
      most = Math.max(most, sample & 0xFFFF);
      if (most >= ImageNote.LEAST_OF_ALL_BITS) {
        return image;
      }
    }
    Optional<ImageNote> note = ImageNote.ofLargest(most);
    if (note.isEmpty()) {
      return image;
    }
    Set<ImageNote> notes = EnumSet.of(note.get());
    notes.addAll(image.notes());
    return image.with(notes);
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
    return OpenCvCodec.encode(extension, image);
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
}
