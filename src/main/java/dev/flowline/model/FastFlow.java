package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.FlowStage;
import dev.flowline.flow.InvertibleModule;
import dev.flowline.flow.PerScale;
import dev.flowline.flow.SoftClamp;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * FastFlow (Yu et al. 2021), also known as 2D-Flow: an independent flow of 2-D coupling blocks for
 * every scale.
 *
 * @param steps coupling blocks per scale
 * @param kernels sides of the subnets' convolutions, odd; the steps take them in turn
 * @param hiddenRatio hidden channels of a subnet per channel of its input
 * @param softClamp the function that clamps the couplings' log-scale
 */
public record FastFlow(int steps, List<Integer> kernels, double hiddenRatio, SoftClamp softClamp)
    implements LikelihoodMethod {
  /** The settings published for ResNet-18. */
  public static final FastFlow RESNET18 = new FastFlow(8, List.of(3), 1, SoftClamp.TANH);

  /**
   * The settings published for WideResNet-50-2, and those with CaiT that MS-Flow's paper compares
   * with.
   */
  public static final FastFlow WIDE = new FastFlow(8, List.of(3, 1), 1, SoftClamp.TANH);

  /** The settings published for CaiT and DeiT: hidden = C/6. */
  public static final FastFlow TRANSFORMER =
      new FastFlow(20, List.of(3, 1), 1.0 / 3, SoftClamp.TANH);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "FastFlow, 2-D flows by scale (Yu et al. 2021)",
          false,
          "wide-resnet50-2",
          256,
          WIDE,
          new PublishedRecipe(
              new PublishedRecipe.Adam(1e-3, 1e-5), PublishedRecipe.Rate.CONSTANT, 32, 500),
          List.of(
              PublishedCost.of(
                  "CaiT-M48, 8 steps", WIDE, 17.7e6, 13.9e9, PublishedCost.shape(768, 28, 28)),
              PublishedCost.of(
                  "WideResNet-50-2 at 256, without LayerNorms",
                  WIDE,
                  41.3e6,
                  null,
                  PublishedCost.shape(256, 64, 64),
                  PublishedCost.shape(512, 32, 32),
                  PublishedCost.shape(1024, 16, 16)),
              PublishedCost.of(
                  "CaiT-M48, 20 steps",
                  TRANSFORMER,
                  14.8e6,
                  null,
                  PublishedCost.shape(768, 28, 28))));

  public FastFlow {
    kernels = List.copyOf(kernels);
    Objects.requireNonNull(softClamp, "softClamp");
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, got " + steps);
    }
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("kernels must be at least one");
    }
  }

  /** The settings published for networks of an extractor's family. */
  static FastFlow of(FeatureExtractor extractor) {
    return switch (extractor.family()) {
      case SMALL_RESNET -> RESNET18;
      case PLAIN_TRANSFORMER -> TRANSFORMER;
      case OTHER -> WIDE;
    };
  }

  @Override
  public Flow flow(List<long[]> features) {
    List<InvertibleModule> flows = new ArrayList<>();
    for (int scale = 0; scale < features.size(); scale++) {
      flows.add(new FlowStage("flow.scale" + scale, 0, steps, kernels, hiddenRatio, softClamp));
    }
    return new PerScale(flows);
  }

  @Override
  public Independence independence(int scales) {
    return scales == 1 ? Independence.JOINT : Independence.BY_SCALE;
  }

  /** Puts each scale behind the extractor's trainable normalisation. */
  @Override
  public <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return extractor.normalize(ops, features);
  }
}
