package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.ChannelPermutation;
import dev.flowline.flow.Flow;
import dev.flowline.flow.FlowSequence;
import dev.flowline.flow.HierarchicalCoupling;
import dev.flowline.flow.InvertibleModule;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.flow.PerScale;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * MS-Flow (Mao, Wu, Xing 2024), reconstructed: published are the split of the channels into
 * sub-features that are fused level by level, the parameter counts and the multiply-accumulates;
 * the equations of the module in between are ours, chosen to give those counts.
 *
 * <p>Published for one scale. Over several, which is ours, each scale has a flow of its own and the
 * map is the mean of theirs.
 *
 * @param parts s, the number of sub-features
 * @param kernels sides of the modules' convolutions, odd, one per coupling
 * @param hidden channels inside the modules
 */
public record MsFlow(int parts, List<Integer> kernels, long hidden) implements FlowMethod {
  /** The settings with the number of sub-features that the paper recommends. */
  public static final MsFlow DEFAULT = of(4);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "multi-scale flow of sub-features (after Mao, Wu, Xing 2024); known are the split of the"
              + " channels and the counts, the equations are ours",
          true,
          "efficientnet-b5-block35",
          768,
          DEFAULT,
          CsFlow.FACTS.recipe(),
          List.of(
              published(2, 9.42e6, null),
              published(4, 14.06e6, 8.1e9),
              published(6, 15.74e6, null),
              published(8, 16.43e6, null)));

  public MsFlow {
    kernels = List.copyOf(kernels);
    if (parts < 2) {
      throw new IllegalArgumentException("s (parts) must be at least 2, got " + parts);
    }
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("kernels must be at least one, for one coupling");
    }
  }

  /** Returns the settings with s sub-features. */
  public static MsFlow of(int parts) {
    return new MsFlow(parts, List.of(3, 1, 3, 1), 1024);
  }

  @Override
  public Flow flow(List<long[]> features) {
    List<InvertibleModule> flows = new ArrayList<>();
    for (int scale = 0; scale < features.size(); scale++) {
      HierarchicalCoupling.requireParts(parts, features.get(scale)[1]);
      List<InvertibleModule> modules = new ArrayList<>();
      for (int kernel : kernels) {
        String prefix = "flow.scale" + scale + ".module_list.";
        modules.add(new ChannelPermutation(prefix + modules.size()));
        modules.add(new HierarchicalCoupling(prefix + modules.size(), parts, kernel, hidden));
      }
      flows.add(new FlowSequence(modules));
    }
    return new PerScale(flows);
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
    return scales == 1 ? Independence.JOINT : Independence.BY_SCALE;
  }

  @Override
  public <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.meanByDimension(ops, latents);
  }

  /** Maps mean_c z², the mean over scales. */
  @Override
  public <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    V sum = null;
    for (V z : latents.values()) {
      V energy = AnomalyMaps.energy(ops, z, height, width);
      sum = sum == null ? energy : ops.add(sum, energy);
    }
    return ops.multiply(sum, 1.0 / latents.values().size());
  }

  /** The mean of ½z² over all dimensions of all scales, as in CS-Flow. */
  @Override
  public <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.multiply(MeanSquare.perSample(ops, latents.values()), 0.5);
  }

  private static PublishedCost published(int parts, double parameters, Double macs) {
    return PublishedCost.of(
        "s = " + parts, of(parts), parameters, macs, PublishedCost.shape(304, 24, 24));
  }
}
