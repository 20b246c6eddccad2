package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.io.Preprocessing;
import dev.flowline.random.Seeds;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Copies of good images that a model learns from beside them: each is shifted by whole pixels, up
 * to 2 % of the side along each axis, with its border repeated, and its light is 0.95 to 1.05 times
 * as strong, up to white. What is held out has none, so a calibration sees images as they are.
 *
 * <p>A copy follows from the seed, the image's content and the number of the copy alone: each
 * training that learns from the image has the same copies of it.
 *
 * @param byImage copies of each image; 0 for none
 * @param images that have copies
 */
record ShiftedCopies(int byImage, long seed, Preprocessing preprocessing, Set<Sample> images) {
  /** The largest shift along an axis, as a share of that side. */
  static final double SHIFT = 0.02;

  /** The largest change of the light, as a share of it. */
  static final double LIGHT = 0.05;

  ShiftedCopies {
    images = Set.copyOf(images);
  }

  /** Returns no copies of any image. */
  static ShiftedCopies none(Preprocessing preprocessing) {
    return new ShiftedCopies(0, 0, preprocessing, Set.of());
  }

  /** Returns the number of copies of an image. */
  int count(Sample image) {
    return images.contains(image) ? byImage : 0;
  }

  /** Returns the largest shift along a side, in whole pixels. */
  static int pixels(long side) {
    return (int) (SHIFT * side);
  }

  /**
   * Makes a copy, which belongs to the caller's scope.
   *
   * @param image preprocessed, (1, 3, H, W), on the CPU
   * @param number of the copy, from 0
   */
  Tensor copy(Tensor image, int number) {
    SplittableRandom random = new SplittableRandom(Seeds.at(seed, checksum(image), number));
    Tensor shifted = shifted(shifted(image, 2, random), 3, random);
    double light = random.nextDouble(1 - LIGHT, 1 + LIGHT);
    Tensor black = level(0);
    return torch.minimum(
        shifted.sub(black).mul(new Scalar(light)).add(black), torch.maximum(level(1), shifted));
  }

  /** Returns the value of a level of light, 0 for black and 1 for white, by channel. */
  private Tensor level(double light) {
    float[] values = new float[3];
    for (int c = 0; c < 3; c++) {
      values[c] = (float) ((light - preprocessing.mean().get(c)) / preprocessing.std().get(c));
    }
    return torch.tensor(values).view(1, 3, 1, 1);
  }

  /** Shifts along one axis; the border is repeated. */
  private static Tensor shifted(Tensor image, int axis, SplittableRandom random) {
    long length = image.size(axis);
    int most = pixels(length);
    int by = random.nextInt(-most, most + 1);
    long[] from =
        LongStream.range(0, length).map(i -> Math.max(0, Math.min(length - 1, i + by))).toArray();
    return image.index_select(axis, torch.tensor(from));
  }

  private static long checksum(Tensor image) {
    CRC32C checksum = new CRC32C();
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = image.contiguous();
      checksum.update(
          new BytePointer(dense.data_ptr()).capacity(dense.numel() * Float.BYTES).asByteBuffer());
    }
    return checksum.getValue();
  }
}
