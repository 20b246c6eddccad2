package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Features of images as they are, and of copies shifted by a few pixels, with more or less light.
 */
final class ShiftedCopies {
  private static final int PIXELS = 3;
  private static final double LIGHT = 0.05;

  private ShiftedCopies() {}

  /** Extracts each image, followed by its copies. */
  static FeatureCache of(
      AnomalyModel model, List<Sample> images, int copies, Random random, Path folder)
      throws IOException {
    FeatureCache rows = new FeatureCache(model.testShapes(), 1L << 31, folder);
    Preprocessing preprocessing = model.config().preprocessing();
    Extraction.oneByOne(
        Extraction.batches(images, preprocessing),
        image -> {
          rows.add(model.testFeatures(image).byScale());
          for (int copy = 0; copy < copies; copy++) {
            rows.add(model.testFeatures(changed(image, preprocessing, random)).byScale());
          }
        });
    return rows;
  }

  /** Returns the rows of some images with their copies. */
  static FeatureCache rows(FeatureCache all, int[] images, int copies) {
    return all.of(
        IntStream.of(images)
            .flatMap(i -> IntStream.rangeClosed(i * (1 + copies), i * (1 + copies) + copies))
            .toArray());
  }

  private static Tensor changed(Tensor image, Preprocessing preprocessing, Random random) {
    Tensor shifted = shifted(shifted(image, 2, random), 3, random);
    double light = 1 + LIGHT * (2 * random.nextDouble() - 1);
    // black is -mean/deviation of each channel
    float[] black = new float[3];
    for (int c = 0; c < 3; c++) {
      black[c] = (float) (-preprocessing.mean().get(c) / preprocessing.std().get(c));
    }
    Tensor zero = torch.tensor(black).view(1, 3, 1, 1);
    return shifted.sub(zero).mul(new Scalar(light)).add(zero);
  }

  /** Shifts along one axis; the border is repeated. */
  private static Tensor shifted(Tensor image, int axis, Random random) {
    int by = random.nextInt(2 * PIXELS + 1) - PIXELS;
    long length = image.size(axis);
    long[] from =
        LongStream.range(0, length).map(i -> Math.max(0, Math.min(length - 1, i + by))).toArray();
    return image.index_select(axis, torch.tensor(from));
  }
}
