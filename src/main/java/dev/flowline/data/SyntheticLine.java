package dev.flowline.data;

import dev.flowline.data.demo.Defect;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A made-up inspection line, to try things out without any data: pictures of {@link Product}s with
 * {@link Defect}s and exact masks, computed, in the layout of MVTec AD. The same arguments give the
 * same files.
 *
 * @param seed of everything
 * @param size height and width of the pictures, pixels, at least 64
 * @param trainImages good images to learn from, a product
 * @param testGood good images to test with, a product
 * @param testPerDefect defective images, a product and kind of defect
 */
public record SyntheticLine(long seed, int size, int trainImages, int testGood, int testPerDefect) {
  /** The height and width where none are given. */
  public static final int DEFAULT_SIZE = 256;

  /**
   * @throws IllegalArgumentException if there is no image to learn from or a number is negative
   */
  public SyntheticLine {
    if (trainImages < 1 || testGood < 0 || testPerDefect < 0) {
      throw new IllegalArgumentException(
          "trainImages must be at least 1, testGood and testPerDefect at least 0, got %s, %s, %s"
              .formatted(trainImages, testGood, testPerDefect));
    }
    if (size < 64) {
      throw new IllegalArgumentException("size must be at least 64, got " + size);
    }
  }

  /** Writes a line of 256×256 pictures: one folder a product below {@code root}. */
  public static void write(
      Path root, long seed, int trainImages, int testGood, int testPerDefect, ImagesDone progress)
      throws IOException {
    new SyntheticLine(seed, DEFAULT_SIZE, trainImages, testGood, testPerDefect)
        .write(root, progress);
  }

  /** The number of pictures, all products together, masks not counted. */
  public int images() {
    int images = 0;
    for (Product product : Product.values()) {
      images += trainImages + testGood + testPerDefect * product.defects().size();
    }
    return images;
  }

  /**
   * Writes all products; files that are there already are replaced.
   *
   * @throws IOException naming the file that cannot be written
   */
  public void write(Path root, ImagesDone progress) throws IOException {
    int written = 0;
    for (Product product : Product.values()) {
      Path folder = root.resolve(product.label());
      for (int i = 0; i < trainImages; i++) {
        Part part = Part.good(product, size, seedOf(product, 0, i));
        Images.writePng(folder.resolve("train/good").resolve(name(i, "")), part.image());
        progress.report(++written, images());
      }
      for (int i = 0; i < testGood; i++) {
        Part part = Part.good(product, size, seedOf(product, 1, i));
        Images.writePng(folder.resolve("test/good").resolve(name(i, "")), part.image());
        progress.report(++written, images());
      }
      for (Defect defect : product.defects()) {
        for (int i = 0; i < testPerDefect; i++) {
          long partSeed = seedOf(product, 2 + defect.ordinal(), i);
          Part part = Part.defective(product, defect, size, partSeed);
          Path test = folder.resolve("test").resolve(defect.label());
          Path truth = folder.resolve("ground_truth").resolve(defect.label());
          Images.writePng(test.resolve(name(i, "")), part.image());
          Images.writePng(truth.resolve(name(i, "_mask")), part.mask());
          progress.report(++written, images());
        }
      }
    }
  }

  private long seedOf(Product product, int group, int index) {
    return SplitMix64.of(seed, product.ordinal(), group, index).nextLong();
  }

  private static String name(int index, String suffix) {
    return String.format(Locale.ROOT, "%03d%s.png", index, suffix);
  }
}
