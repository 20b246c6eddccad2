package dev.flowline.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The format of an image file, known by its first bytes and not by its name. */
public enum ImageFormat {
  JPEG("JPEG", true),
  PNG("PNG", true),
  BMP("BMP", true),
  /** TIFF and BigTIFF. */
  TIFF("TIFF", true),
  WEBP("WebP", true),
  /**
   * JPEG 2000, which is not read: the codecs in use have it by a library that nobody maintains any
   * more.
   */
  JPEG_2000("JPEG 2000", false),
  GIF("GIF", true),
  /** PBM, PGM and PPM; PAM is refused. */
  PNM("PNM", true),
  HEIF("HEIF", false),
  AVIF("AVIF", false),
  JPEG_XL("JPEG XL", false),
  OPEN_EXR("OpenEXR", false);

  private static final int FIRST_BYTES = 18;
  private static final Set<String> HEIF_BRANDS =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

  private final String title;
  private final boolean read;

  ImageFormat(String title, boolean read) {
    this.title = title;
    this.read = read;
  }

  /** Returns whether Flowline reads files of this format. */
  public boolean isRead() {
    return read;
  }

  /**
   * Returns the format of a file; empty if it is none that is known here. Only regular files are
   * opened, links to them included: a pipe could be waited for without end.
   *
   * @throws IOException naming the file, if it is no regular file or cannot be read
   */
  public static Optional<ImageFormat> of(Path file) throws IOException {
    requireRegular(file);
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(FIRST_BYTES));
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
  }

  /** Returns the format of a file that begins with the given bytes; 18 of them are enough. */
  public static Optional<ImageFormat> of(byte[] first) {
    String text =
        new String(first, 0, Math.min(first.length, FIRST_BYTES), StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u00FF\u00D8\u00FF")) {
      return Optional.of(JPEG);
    }
    if (text.startsWith("\u0089PNG\r\n\u001A\n")) {
      return Optional.of(PNG);
    }
    if (text.matches("(?s)(II[*+]\0|MM\0[*+]).*")) {
      return Optional.of(TIFF);
    }
    if (text.matches("(?s)RIFF....WEBP.*")) {
      return Optional.of(WEBP);
    }
    if (text.startsWith("\0\0\0\fjP  \r\n\u0087\n") || text.startsWith("\u00FFO\u00FFQ")) {
      return Optional.of(JPEG_2000);
    }
    if (text.matches("(?s)GIF8[79]a.*")) {
      return Optional.of(GIF);
    }
    if (text.matches("(?s)P[1-7][\\s#].*")) {
      return Optional.of(PNM);
    }
    if (text.startsWith("BM") && hasBmpHeader(text)) {
      return Optional.of(BMP);
    }
    if (text.matches("(?s)....ftyp.*") && text.length() >= 12) {
      String brand = text.substring(8, 12);
      return brand.startsWith("avi")
          ? Optional.of(AVIF)
          : HEIF_BRANDS.contains(brand) ? Optional.of(HEIF) : Optional.empty();
    }
    if (text.startsWith("\u00FF\n") || text.startsWith("\0\0\0\fJXL \r\n\u0087\n")) {
      return Optional.of(JPEG_XL);
    }
    return text.startsWith("v/1\u0001") ? Optional.of(OPEN_EXR) : Optional.empty();
  }

  /**
   * Returns whether a file is a BMP. "BM" begins many a text too: the length of the second header
   * decides, if it is there.
   */
  private static boolean hasBmpHeader(String text) {
    return text.length() < FIRST_BYTES || (text.charAt(14) >= 12 && text.startsWith("\0\0\0", 15));
  }

  /**
   * Requires that a path leads to a regular file.
   *
   * @throws IOException naming the file, if there is none, or it is a folder, pipe or device
   */
  static void requireRegular(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("cannot read " + file + ": no such file or folder");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "cannot read %s: %s"
              .formatted(
                  file,
                  Files.isDirectory(file) ? "a folder" : "a pipe or device, not a regular file"));
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
