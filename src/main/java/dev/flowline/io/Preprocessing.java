package dev.flowline.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The way from an image of any size and kind to the model's input: resized to exactly height ×
 * width (antialiased bilinear, as torchvision's {@code Resize} does on a PIL image), grey repeated
 * to three channels, scaled to [0, 1] by its bit depth, then (x − mean) / std per channel. It is
 * part of the model file. Thread safe.
 *
 * @param height rows of the model's input, pixels
 * @param width columns of the model's input, pixels
 * @param mean three values, red, green, blue, in [0, 1] units
 * @param std three values, positive, in the same units
 * @param bits that the samples of 16-bit images really have: 12 scales by 4095, and larger samples
 *     are white; null for all 16
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Preprocessing(
    int height, int width, List<Double> mean, List<Double> std, Integer bits) {
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /** An input of 0.8 GB. */
  private static final int MOST_PIXELS = 1 << 26;

  private static final int LONGEST_SIDE = 1 << 16;

  /**
   * @throws IllegalArgumentException if a size is below 1 or above 65,536, there are more than
   *     67,108,864 pixels, mean or std has not three finite values, those of std positive, as
   *     float32 numbers, or bits is not 8 to 16
   */
  public Preprocessing {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, got " + height + "x" + width);
    }
    if ((long) height * width <= MOST_PIXELS && Math.max(height, width) > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "height and width must be at most %s, got %sx%s".formatted(LONGEST_SIDE, height, width));
    }
    if ((long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "input %sx%s: height times width must be at most %s, got %s"
              .formatted(height, width, MOST_PIXELS, (long) height * width));
    }
    if (mean == null
        || mean.size() != 3
        || !mean.stream().allMatch(m -> Float.isFinite(m.floatValue()))) {
      throw new IllegalArgumentException("mean must have three finite values, got " + mean);
    }
    if (std == null
        || std.size() != 3
        || !std.stream().allMatch(s -> Float.isFinite(s.floatValue()) && s.floatValue() > 0)) {
      throw new IllegalArgumentException("std must have three positive values, got " + std);
    }
    if (bits != null && (bits < 8 || bits > 16)) {
      throw new IllegalArgumentException("bits must be 8 to 16, got " + bits);
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Makes the preprocessing that takes 16-bit samples to have 16 bits. */
  public Preprocessing(int height, int width, List<Double> mean, List<Double> std) {
    this(height, width, mean, std, null);
  }

  /** Returns this preprocessing for 16-bit images of so many bits; null for all 16. */
  public Preprocessing withBits(Integer bits) {
    return new Preprocessing(height, width, mean, std, bits);
  }

  /** Returns an image for people to look at, with its samples scaled as for the model. */
  public Image visible(Image image) {
    return bits == null ? image : image.scaledFromBits(bits);
  }

  /**
   * Makes the preprocessing with the mean and standard deviation of ImageNet, which the public
   * backbones expect.
   */
  public static Preprocessing imageNet(int height, int width) {
    return new Preprocessing(height, width, IMAGENET_MEAN, IMAGENET_STD);
  }

  /** The number of floats that {@link #apply} writes: 3·height·width. */
  public int inputLength() {
    return 3 * height * width;
  }

  /**
   * Writes the input of one image, (3, height, width), from the buffer's position on, which it
   * advances: called N times it fills (N, 3, height, width). libflowline computes it.
   *
   * @throws IllegalArgumentException if fewer than {@link #inputLength()} floats remain, or the
   *     image is higher or wider than 1,048,576 pixels
   */
  public void apply(Image image, FloatBuffer out) {
    if (out.remaining() < inputLength()) {
      throw new IllegalArgumentException(
          "out must have room for " + inputLength() + " floats, has " + out.remaining());
    }
    FramePreprocessor.preprocess(image, this, out);
    out.position(out.position() + inputLength());
  }

  /**
   * A mask image at another size: resized as an image is, then &gt; 0.5. Of a coloured mask the
   * brightest channel counts.
   *
   * @return (height, width), true where defective
   */
  public static boolean[] resizeMask(Image mask, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, got " + height + "x" + width);
    }
    boolean[] defective = new boolean[Math.multiplyExact(height, width)];
    Resize.resize8(
        grey(mask),
        height,
        width,
        (y, row) -> {
          for (int x = 0; x < width; x++) {
            defective[y * width + x] = row[x] > 127;
          }
        });
    return defective;
  }

  private static Image grey(Image mask) {
    byte[] grey = new byte[mask.height() * mask.width()];
    long white = mask.maximum();
    for (int i = 0; i < grey.length; i++) {
      int brightest = 0;
      for (int c = 0; c < mask.channels(); c++) {
        brightest = Math.max(brightest, mask.sample(i / mask.width(), i % mask.width(), c));
      }
      grey[i] = (byte) ((brightest * 255 + white / 2) / white);
    }
    return Image.of8(mask.height(), mask.width(), 1, grey);
  }
}
