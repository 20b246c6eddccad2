package dev.flowline.model;

import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.nn.CostOps;
import java.util.List;

/**
 * What a paper says that a method's trainable part takes, and how to build the same here.
 *
 * @param setting in words: extractor, input and what else sets it
 * @param method its settings
 * @param extractor whose trainable normalisations count; null where there are none
 * @param inputSize height and width of the extractor's input; 0 without extractor
 * @param features (C, H, W) by scale; empty with an extractor, which knows them
 * @param parameters published number of trainable scalars
 * @param macs published multiply-accumulates for one image; null if none were
 */
public record PublishedCost(
    String setting,
    FlowMethod method,
    Backbone extractor,
    int inputSize,
    List<long[]> features,
    double parameters,
    Double macs) {

  /** Makes the cost behind an extractor, its trainable normalisations included. */
  static PublishedCost on(
      Backbone extractor,
      int inputSize,
      String setting,
      FlowMethod method,
      double parameters,
      Double macs) {
    return new PublishedCost(setting, method, extractor, inputSize, List.of(), parameters, macs);
  }

  /** Makes the cost over features of given shapes, without an extractor. */
  static PublishedCost of(
      String setting, FlowMethod method, double parameters, Double macs, long[]... features) {
    return new PublishedCost(setting, method, null, 0, List.of(features), parameters, macs);
  }

  /** The shape of the features of one scale. */
  static long[] shape(long channels, long height, long width) {
    return new long[] {channels, height, width};
  }

  /**
   * The cost counted on the network as it is built here.
   *
   * @param parameters trainable scalars
   * @param macs multiply-accumulates for one image
   */
  public record Computed(long parameters, long macs) {}

  /** Counts the cost on the network as it is built here. */
  public Computed compute() {
    CostOps cost = new CostOps();
    List<long[]> input = flowInput(cost);
    method.flow(input).forward(cost, input);
    return new Computed(cost.trainableParameters(), cost.multiplyAccumulates());
  }

  private List<long[]> flowInput(CostOps cost) {
    if (extractor == null) {
      return features.stream().map(s -> new long[] {1, s[0], s[1], s[2]}).toList();
    }
    FeatureExtractor network = extractor.extractor();
    List<long[]> frozen = network.features(new CostOps(), new long[] {1, 3, inputSize, inputSize});
    return method.flowInput(cost, network, frozen);
  }
}
