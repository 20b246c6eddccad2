package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture within a page.
 *
 * @param caption what it shows
 * @param uri a {@code data:} address that holds the picture; null if there is none
 * @param absence why there is none; null if there is one
 */
public record Picture(String caption, String uri, String absence) {
  private static final float JPEG_QUALITY = 0.88f;

  /** Returns the place of a picture that does not exist. */
  public static Picture absent(String caption, String why) {
    return new Picture(caption, null, why);
  }

  /** Returns a picture in JPEG, which suits photographs. */
  public static Picture jpeg(String caption, BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(JPEG_QUALITY);
      try (var stream = new MemoryCacheImageOutputStream(bytes)) {
        writer.setOutput(stream);
        writer.write(null, new IIOImage(image, null, null), options);
      }
      return new Picture(caption, dataUri("image/jpeg", bytes), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  /** Returns a picture in PNG, which loses nothing. */
  public static Picture png(String caption, BufferedImage image) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      return new Picture(caption, dataUri("image/png", bytes), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String dataUri(String type, ByteArrayOutputStream bytes) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
