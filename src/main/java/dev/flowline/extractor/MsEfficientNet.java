package dev.flowline.extractor;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * One EfficientNet on an image at several sizes, the extractor of CS-Flow (Rudolph, Wehrbein,
 * Rosenhahn, Wandt, 2022): each copy has half the size of the one before, made of the normalised
 * image by nearest interpolation. With B5 after block 35 at 768: 304×24×24, 304×12×12, 304×6×6.
 *
 * @param network with one tap
 * @param scales number of sizes
 */
public record MsEfficientNet(EfficientNet network, int scales) implements FeatureExtractor {
  public MsEfficientNet {
    if (network.taps().size() != 1 || scales < 1) {
      throw new IllegalArgumentException(
          "taps must be one, got %s; scales must be at least 1, got %s"
              .formatted(network.taps(), scales));
    }
  }

  @Override
  public String name() {
    return "%s at %s sizes".formatted(network.name(), scales);
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    return network.pretrained();
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    List<V> features = new ArrayList<>();
    for (int scale = 0; scale < scales; scale++) {
      V copy = scale == 0 ? images : ops.resizeNearest(images, s[2] >> scale, s[3] >> scale);
      features.add(network.features(ops, copy).get(0));
    }
    return features;
  }

  @Override
  public List<Integer> strides() {
    List<Integer> strides = new ArrayList<>();
    for (int scale = 0; scale < scales; scale++) {
      strides.add(network.strides().get(0) << scale);
    }
    return strides;
  }

  @Override
  public void requireInput(long height, long width) {
    int coarsest = network.strides().get(0) << (scales - 1);
    InputSize.requireMultiple(name(), height, width, coarsest);
  }
}
