package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.ChannelPermutation;
import dev.flowline.flow.CrossScaleSubnet;
import dev.flowline.flow.Flow;
import dev.flowline.flow.FlowChain;
import dev.flowline.flow.GlowCoupling;
import dev.flowline.flow.InvertibleModule;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.flow.PerScale;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * CS-Flow (Rudolph, Wehrbein, Rosenhahn, Wandt 2022): one flow over all scales, whose couplings let
 * neighbouring scales see each other.
 *
 * @param kernels sides of the subnets' convolutions, odd, one per block
 * @param hidden channels inside the subnets
 */
public record CsFlow(List<Integer> kernels, long hidden) implements FlowMethod {
  /** The published settings. */
  public static final CsFlow DEFAULT = new CsFlow(List.of(3, 3, 3, 5), 1024);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "CS-Flow, one flow with connections across scales (Rudolph et al. 2022)",
          false,
          "ms-efficientnet-b5",
          768,
          DEFAULT,
          new PublishedRecipe(
              new PublishedRecipe.Adam(2e-4, 0.9, 0.999, 1e-4, 1e-5),
              PublishedRecipe.Rate.CONSTANT,
              1.0,
              16,
              240),
          List.of(
              PublishedCost.of(
                  "EfficientNet-B5 at 768, 384, 192",
                  DEFAULT,
                  275.2e6,
                  65.8e9,
                  PublishedCost.shape(304, 24, 24),
                  PublishedCost.shape(304, 12, 12),
                  PublishedCost.shape(304, 6, 6))));

  public CsFlow {
    kernels = List.copyOf(kernels);
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("kernels must be at least one, for one block");
    }
  }

  @Override
  public Flow flow(List<long[]> features) {
    List<Flow> modules = new ArrayList<>();
    for (int kernel : kernels) {
      String permutation = "flow.module_list." + modules.size() + ".scale";
      List<InvertibleModule> permutations = new ArrayList<>();
      for (int scale = 0; scale < features.size(); scale++) {
        permutations.add(new ChannelPermutation(permutation + scale));
      }
      modules.add(new PerScale(permutations));
      String coupling = "flow.module_list." + modules.size();
      modules.add(new GlowCoupling(coupling, new CrossScaleSubnet(kernel, hidden)));
    }
    return new FlowChain(modules);
  }

  /**
   * Puts each scale behind the extractor's trainable normalisation: EfficientNet, for which it was
   * published, has none; that of ResNets and the like is ours.
   */
  @Override
  public <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return extractor.normalize(ops, features);
  }

  @Override
  public Independence independence(int scales) {
    return Independence.JOINT;
  }

  @Override
  public <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.meanByDimension(ops, latents);
  }

  /** Maps mean_c z² of the finest scale. */
  @Override
  public <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    return AnomalyMaps.energy(ops, latents.values().get(0), height, width);
  }

  /** The mean of ½z² over all dimensions of all scales. */
  @Override
  public <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.multiply(MeanSquare.perSample(ops, latents.values()), 0.5);
  }
}
