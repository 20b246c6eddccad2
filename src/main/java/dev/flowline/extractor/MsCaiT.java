package dev.flowline.extractor;

import dev.flowline.nn.Ops;
import java.util.List;
import java.util.stream.Stream;

/**
 * Multi-scale CaiT, the extractor of U-Flow (Tailanian, Pardo, Musé, 2024, section 3.1): one CaiT
 * on the image, another on a copy of half its size, resized bicubically with aligned corners after
 * normalisation. With M48 at 448 and S24 at 224: 768×28×28 (stride 16) and 384×14×14 (stride 32).
 */
public record MsCaiT(CaiT fine, CaiT coarse) implements FeatureExtractor {
  static final String FINE_PREFIX = "feature_extractor.extractor1.";
  static final String COARSE_PREFIX = "feature_extractor.extractor2.";

  public MsCaiT {
    if (fine.variant().inputSize() != 2 * coarse.variant().inputSize()) {
      throw new IllegalArgumentException(
          "the coarse network must take half the fine one's %s pixels, takes %s"
              .formatted(fine.variant().inputSize(), coarse.variant().inputSize()));
    }
  }

  /** The pair under the released checkpoint's names. */
  public MsCaiT(CaiT.Variant fine, CaiT.Variant coarse) {
    this(new CaiT(fine, FINE_PREFIX), new CaiT(coarse, COARSE_PREFIX));
  }

  @Override
  public String name() {
    return fine.name() + " and " + coarse.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    return Stream.of(fine, coarse).flatMap(network -> network.pretrained().stream()).toList();
  }

  @Override
  public NetworkFamily family() {
    return NetworkFamily.PLAIN_TRANSFORMER;
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long half = coarse.variant().inputSize();
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V small = ops.resizeBicubicAligned(images, half, half);
    return List.of(fine.features(ops, images).get(0), coarse.features(ops, small).get(0));
  }

  @Override
  public List<Integer> strides() {
    int stride = fine.strides().get(0);
    return List.of(stride, 2 * stride);
  }

  @Override
  public void requireInput(long height, long width) {
    fine.requireInput(height, width);
  }
}
