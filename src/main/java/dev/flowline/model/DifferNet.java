package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.ChannelPermutation;
import dev.flowline.flow.Flow;
import dev.flowline.flow.FlowChain;
import dev.flowline.flow.GlowCoupling;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.flow.PerScale;
import dev.flowline.flow.PerceptronSubnet;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * DifferNet (Rudolph, Wandt, Rosenhahn 2021): one flow of one vector an image. Its latent has no
 * positions: the anomaly map made of it is the same everywhere; where a defect is, {@link
 * AnomalyModel#inputGradientMap} tells.
 *
 * @param blocks permutation and two-sided coupling each
 * @param hidden widths of the subnets' hidden layers
 * @param trainingRotations random rotations of each image per step; 0 for the image as it is
 * @param testRotations rotations of an image, evenly around the circle, over which its score is the
 *     mean; 0 for the image as it is
 */
public record DifferNet(int blocks, List<Long> hidden, int trainingRotations, int testRotations)
    implements FlowMethod {
  /** The published settings. */
  public static final DifferNet DEFAULT = new DifferNet(8, List.of(2048L, 2048L, 2048L), 4, 64);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "DifferNet, a flow of one vector an image (Rudolph, Wandt, Rosenhahn 2021)",
          false,
          "alexnet",
          448,
          DEFAULT,
          new PublishedRecipe(
              new PublishedRecipe.Adam(2e-4, 0.8, 0.8, 1e-4, 1e-5),
              PublishedRecipe.Rate.CONSTANT,
              24,
              192),
          List.of(
              PublishedCost.of(
                  "AlexNet at 448, 224, 112",
                  DEFAULT,
                  172.1e6,
                  null,
                  PublishedCost.shape(768, 1, 1))));

  public DifferNet {
    hidden = List.copyOf(hidden);
    if (blocks < 1) {
      throw new IllegalArgumentException("blocks must be at least 1, got " + blocks);
    }
    requireRotations("trainingRotations", trainingRotations);
    requireRotations("testRotations", testRotations);
  }

  @Override
  public Flow flow(List<long[]> features) {
    long[] shape = features.get(0);
    if (features.size() != 1 || shape[2] != 1 || shape[3] != 1) {
      throw new IllegalArgumentException(
          "differnet takes one vector an image, (C, 1, 1), as of alexnet; got features "
              + features.stream().map(s -> Arrays.toString(Arrays.copyOfRange(s, 1, 4))).toList());
    }
    List<Flow> modules = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      String name = "flow.module_list." + modules.size();
      modules.add(new PerScale(List.of(new ChannelPermutation(name))));
      String coupling = "flow.module_list." + modules.size();
      modules.add(new GlowCoupling(coupling, new PerceptronSubnet(hidden)));
    }
    return new FlowChain(modules);
  }

  @Override
  public TrainingPlan trainingPlan() {
    return trainingRotations == 0
        ? new TrainingPlan.OnImages(this)
        : new TrainingPlan.OnRotations(this, trainingRotations);
  }

  private static void requireRotations(String name, int rotations) {
    if (rotations < 0) {
      throw new IllegalArgumentException(name + " must be at least 0, got " + rotations);
    }
  }

  /**
   * Makes one vector per image, as published of AlexNet; features with positions, which is ours,
   * are averaged over them, scale by scale.
   */
  @Override
  public <V> List<V> pooled(Ops<V> ops, List<V> features) {
    List<V> means = features.stream().map(ops::meanOverImage).toList();
    return means.size() == 1 ? means : List.of(ops.concat(means, 1));
  }

  @Override
  public <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return pooled(ops, features);
  }

  @Override
  public Independence independence(int scales) {
    return Independence.JOINT;
  }

  @Override
  public <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.meanByDimension(ops, latents);
  }

  /** Maps mean_c z², everywhere the same. */
  @Override
  public <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    return AnomalyMaps.energy(ops, latents.values().get(0), height, width);
  }

  /**
   * The mean of z²: of the latents of a test the mean over its rotations, see {@link
   * AnomalyModel#testLatents}.
   */
  @Override
  public <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return MeanSquare.perSample(ops, latents.values());
  }
}
