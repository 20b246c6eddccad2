package dev.flowline.io;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The readers of Java's ImageIO, taken as they are in the JDK and used without metadata. */
final class ImageIoReaders {
  /** Found once: the registry is searched by reflection on every reader in it. */
  private static final class OfJdk {
    static final Map<String, ImageReaderSpi> BY_FORMAT = find();

    private static Map<String, ImageReaderSpi> find() {
      Module desktop = ImageReaderSpi.class.getModule();
      Map<String, ImageReaderSpi> found = new HashMap<>();
      IIORegistry.getDefaultInstance()
          .getServiceProviders(
              ImageReaderSpi.class, spi -> spi.getClass().getModule() == desktop, true)
          .forEachRemaining(
              spi -> {
                for (String format : spi.getFormatNames()) {
                  found.putIfAbsent(format, spi);
                }
              });
      return Map.copyOf(found);
    }
  }

  private ImageIoReaders() {}

  /** A reader's own work on a file that is its input. */
  interface Work<T> {
    T read(ImageReader reader) throws IOException;
  }

  /**
   * Returns a new reader of the JDK, whatever other readers the class path brings.
   *
   * @param format "png" or "jpeg"
   * @throws IOException if this Java has none
   */
  static ImageReader ofJdk(String format) throws IOException {
    ImageReaderSpi found = OfJdk.BY_FORMAT.get(format);
    if (found == null) {
      throw new IOException("this Java cannot read " + format);
    }
    return found.createReaderInstance();
  }

  /**
   * Lets a reader read a file, and disposes of it.
   *
   * @param title of the format, for the exception
   * @throws IOException with the reason, if the reader throws anything
   * @throws OutOfMemoryError if the picture does not fit into memory
   */
  static <T> T read(String title, ImageReader reader, byte[] file, Work<T> work)
      throws IOException {
    try {
      reader.setInput(new ByteArrayImageInputStream(file), false, true);
      return work.read(reader);
    } catch (EOFException e) {
      throw new IOException("truncated " + title + ": its pixels end early", e);
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof OutOfMemoryError memory) {
        throw memory; // the file is whole
      }
      if (e.getCause() instanceof EOFException) {
        throw new IOException("truncated " + title + ": its pixels end early", e);
      }
      throwIfMemoryIsShort(e);
      Throwable reason = e.getCause() == null ? e : e.getCause();
      String line = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
      throw new IOException("corrupt %s: %s".formatted(title, line), e);
    } finally {
      reader.dispose();
    }
  }

  /** Throws the error of memory that a reader has wrapped: the file is not at fault. */
  private static void throwIfMemoryIsShort(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError memory) {
        throw memory;
      }
    }
  }

  /** Reads the first picture with the colour model that its file has. */
  static BufferedImage picture(String title, ImageReader reader, byte[] file) throws IOException {
    return read(title, reader, file, r -> r.read(0));
  }
}
