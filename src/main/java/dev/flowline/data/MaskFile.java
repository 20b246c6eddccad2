package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.Image;
import dev.flowline.io.ImageFormat;
import dev.flowline.io.Images;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The image file of a mask. Grey and coloured drawings are taken as they are: bright is defective.
 * Known to be meant otherwise, and made black and white, are
 *
 * <ul>
 *   <li>a PNG whose alpha varies: what is transparent is good; if all the rest has one colour, the
 *       alpha is the drawing,
 *   <li>a PNG with a coloured palette: all but black is defective,
 *   <li>a mask whose values all lie in the lower half, or that has few values and patches of a dark
 *       one: they are numbers of classes, and all but 0 is defective. A JPEG has noise instead, and
 *       only its bright half is defective.
 * </ul>
 */
final class MaskFile {
  private static final int PNG_COLOUR_TYPE = 25;
  private static final int PALETTE = 3;
  private static final int ALPHA = 4;
  private static final int MOST_CLASSES = 32;

  /** Height and width of a patch: soft edges have none of one value. */
  private static final int PATCH = 5;

  private MaskFile() {}

  /**
   * Reads a mask.
   *
   * @return its pixels, grey if they were taken otherwise than as they are
   * @throws IOException naming the file, if it is no readable image
   */
  static Image read(Path file) throws IOException {
    Image image = Images.read(file);
    byte[] bytes = bytes(file);
    ImageFormat format = ImageFormat.of(bytes).orElse(null);
    int[] levels = brightest(image);
    if (format == ImageFormat.JPEG) {
      return isDark(image, levels) ? grey(image, new int[levels.length]) : image;
    }
    boolean isPng = format == ImageFormat.PNG && bytes.length > PNG_COLOUR_TYPE;
    int colourType = isPng ? bytes[PNG_COLOUR_TYPE] : 0;
    boolean isOfColours = colourType == PALETTE && hasColour(image);
    if ((colourType & ALPHA) != 0 || colourType == PALETTE) {
      int[] alpha = alpha(file, bytes);
      if (Arrays.stream(alpha).distinct().limit(2).count() == 2) {
        return drawnInAlpha(image, levels, alpha, isOfColours);
      }
    }
    return isOfColours || isOfClasses(image, levels) ? blackAndWhite(image, levels) : image;
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + FileFault.of(e), e);
    }
  }

  /** Returns the alpha of each pixel of a PNG, 0 to 255: all 255 without alpha. */
  private static int[] alpha(Path file, byte[] png) throws IOException {
    BufferedImage picture;
    try {
      picture = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(png)));
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot read the alpha of mask " + file + ": " + e.getMessage(), e);
    }
    int width = picture.getWidth();
    int[] alpha = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] >>>= 24;
    }
    return alpha;
  }

  private static Image drawnInAlpha(Image image, int[] levels, int[] alpha, boolean isOfColours) {
    boolean isOneColour = isOneColour(image, alpha);
    int[] drawn = new int[levels.length];
    for (int i = 0; i < drawn.length; i++) {
      boolean isTransparent = alpha[i] == 0;
      drawn[i] = isOneColour ? alpha[i] * (image.maximum() / 255) : isTransparent ? 0 : levels[i];
    }
    boolean isOfClasses =
        isOneColour ? isDark(image, drawn) : isOfColours || isOfClasses(image, drawn);
    return isOfClasses ? blackAndWhite(image, drawn) : grey(image, drawn);
  }

  private static boolean isOneColour(Image image, int[] alpha) {
    int first = -1;
    for (int i = 0; i < alpha.length; i++) {
      if (alpha[i] > 0) {
        first = first < 0 ? i : first;
        for (int c = 0; c < image.channels(); c++) {
          if (sample(image, i, c) != sample(image, first, c)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean hasColour(Image image) {
    for (int i = 0; i < image.height() * image.width() && image.channels() == 3; i++) {
      if (sample(image, i, 0) != sample(image, i, 1)
          || sample(image, i, 0) != sample(image, i, 2)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether no value lies in the upper half, or there are few values, and a patch of one in
   * the lower half.
   */
  private static boolean isOfClasses(Image image, int[] levels) {
    if (isDark(image, levels)) {
      return true;
    }
    BitSet values = new BitSet();
    for (int level : levels) {
      values.set(level);
    }
    if (values.cardinality() > MOST_CLASSES) {
      return false;
    }
    int width = image.width();
    int[] above = new int[width]; // how many pixels up from here, and left in a row, are the same
    for (int y = 0; y < image.height(); y++) {
      int left = 0;
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        left = x > 0 && levels[i] == levels[i - 1] ? left + 1 : 1;
        boolean isLongRow = left >= PATCH;
        boolean isSame = y > 0 && levels[i] == levels[i - width];
        above[x] = !isLongRow ? 0 : isSame ? above[x] + 1 : 1;
        if (above[x] >= PATCH && levels[i] > 0 && levels[i] <= image.maximum() / 2) {
          return true;
        }
      }
    }
    return false;
  }

  private static int[] brightest(Image image) {
    int[] brightest = new int[image.height() * image.width()];
    for (int i = 0; i < brightest.length; i++) {
      for (int c = 0; c < image.channels(); c++) {
        brightest[i] = Math.max(brightest[i], sample(image, i, c));
      }
    }
    return brightest;
  }

  private static boolean isDark(Image image, int[] levels) {
    return Arrays.stream(levels).noneMatch(level -> level > image.maximum() / 2);
  }

  private static int sample(Image image, int pixel, int channel) {
    return image.sample(pixel / image.width(), pixel % image.width(), channel);
  }

  private static Image blackAndWhite(Image image, int[] levels) {
    return grey(image, Arrays.stream(levels).map(v -> v > 0 ? image.maximum() : 0).toArray());
  }

  private static Image grey(Image image, int[] levels) {
    if (image.bits() == 8) {
      byte[] samples = new byte[levels.length];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (byte) levels[i];
      }
      return Image.of8(image.height(), image.width(), 1, samples);
    }
    short[] samples = new short[levels.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) levels[i];
    }
    return Image.of16(image.height(), image.width(), 1, samples);
  }
}
