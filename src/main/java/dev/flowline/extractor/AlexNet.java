package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The convolutions of AlexNet (Krizhevsky, 2014) as DifferNet's extractor (Rudolph, Wandt,
 * Rosenhahn, 2021): on the image, and on copies of half and a quarter of its size by nearest
 * interpolation of the normalised image, each averaged over all positions. One vector of 3·256
 * numbers for a whole image, (N, 768, 1, 1). Parameters are named as in torchvision.
 */
public record AlexNet() implements FeatureExtractor {
  /** Height and width that DifferNet takes. */
  public static final int INPUT_SIZE = 448;

  private static final int SCALES = 3;
  private static final int LEAST = 63; // below, the third pooling has no window

  @Override
  public String name() {
    return "alexnet";
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    return List.of(
        PretrainedNetwork.of(this, INPUT_SIZE, "classifier\\..*", UnaryOperator.identity()));
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    List<V> means = new ArrayList<>();
    for (int scale = 0; scale < SCALES; scale++) {
      V copy = scale == 0 ? images : ops.resizeNearest(images, s[2] >> scale, s[3] >> scale);
      means.add(ops.meanOverImage(convolutions(ops, copy)));
    }
    return List.of(ops.concat(means, 1));
  }

  /** The one position stands for the whole of an image of 448 × 448. */
  @Override
  public List<Integer> strides() {
    return List.of(INPUT_SIZE);
  }

  @Override
  public void requireInput(long height, long width) {
    int least = LEAST << (SCALES - 1);
    InputSize.requireMultiple(name(), height, width, 1 << (SCALES - 1));
    if (height < least || width < least) {
      throw new IllegalArgumentException(
          "input %s x %s: alexnet takes at least %s x %s".formatted(height, width, least, least));
    }
  }

  private static <V> V convolutions(Ops<V> ops, V x) {
    V y = ops.relu(Layers.frozenConv2d(ops, PREFIX + "features.0", x, 64, 11, 4, 2));
    y = ops.maxPool2d(y, 3, 2, 0);
    y = ops.relu(Layers.frozenConv2d(ops, PREFIX + "features.3", y, 192, 5, 1, 2));
    y = ops.maxPool2d(y, 3, 2, 0);
    y = Layers.frozenRectifiedConv2d(ops, PREFIX + "features.6", y, 384, 3, 1, null);
    y = Layers.frozenRectifiedConv2d(ops, PREFIX + "features.8", y, 256, 3, 1, null);
    y = Layers.frozenRectifiedConv2d(ops, PREFIX + "features.10", y, 256, 3, 1, null);
    return ops.maxPool2d(y, 3, 2, 0);
  }
}
