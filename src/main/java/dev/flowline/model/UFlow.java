package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.FlowStage;
import dev.flowline.flow.InvertibleModule;
import dev.flowline.flow.PerScale;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.UShapedFlow;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * U-Flow (Tailanian, Musé, Pardo 2024), with the alternatives that its ablation compares it with.
 *
 * @param steps coupling blocks by flow stage
 * @param softClamp the function that clamps the couplings' log-scale
 * @param arrangement how the scales' stages are put together
 * @param scale the only scale to use, counted from the finest; null for all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UFlow(int steps, SoftClamp softClamp, Arrangement arrangement, Integer scale)
    implements LikelihoodMethod {
  /** The published settings. */
  public static final UFlow DEFAULT = new UFlow(4, SoftClamp.TANH);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "U-shaped normalizing flow (Tailanian, Musé, Pardo 2024)",
          false,
          "ms-cait",
          448,
          DEFAULT,
          new PublishedRecipe(
              new PublishedRecipe.Adam(1e-4, 1e-5),
              PublishedRecipe.Rate.CONSTANT, // intended was LINEAR to 0.4
              8,
              200), // of no category of MVTec AD's in particular
          List.of(
              PublishedCost.on(Backbone.MS_CAIT, 448, "MS-CaiT", DEFAULT, 12.2e6, null),
              PublishedCost.on(Backbone.CAIT_M48, 448, "CaiT-M48", DEFAULT, 8.9e6, null),
              PublishedCost.on(
                  Backbone.WIDE_RESNET50_2,
                  448,
                  "WideResNet-50-2 at 448, with LayerNorms",
                  DEFAULT,
                  34.8e6,
                  null),
              PublishedCost.on(
                  Backbone.RESNET18,
                  448,
                  "ResNet-18 at 448, with LayerNorms",
                  DEFAULT,
                  4.3e6,
                  null)));

  private static final double HIDDEN_RATIO = 1.0;

  /** How the flow stages of the scales are put together. */
  public enum Arrangement {
    /** A coarse stage's output is part of the finer one's input. */
    U_SHAPED,
    /** Each stage by itself; the scales meet in the anomaly map only. */
    SEPARATE
  }

  public UFlow {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, got " + steps);
    }
    softClamp = softClamp == null ? SoftClamp.TANH : softClamp;
    arrangement = arrangement == null ? Arrangement.U_SHAPED : arrangement;
  }

  public UFlow(int steps, SoftClamp softClamp) {
    this(steps, softClamp, Arrangement.U_SHAPED, null);
  }

  @Override
  public Flow flow(List<long[]> features) {
    if (arrangement == Arrangement.U_SHAPED) {
      List<Long> channels = features.stream().map(shape -> shape[1]).toList();
      return new UShapedFlow("flow", channels, steps, softClamp);
    }
    List<InvertibleModule> stages = new ArrayList<>();
    for (int l = 0; l < features.size(); l++) {
      stages.add(
          new FlowStage(
              "flow.scale" + l, 0, steps, FlowStage.ALTERNATING, HIDDEN_RATIO, softClamp));
    }
    return new PerScale(stages);
  }

  @Override
  public Independence independence(int scales) {
    return arrangement == Arrangement.U_SHAPED || scales == 1
        ? Independence.JOINT
        : Independence.BY_SCALE;
  }

  /** The chosen scale or all, each behind the extractor's trainable normalisation. */
  @Override
  public <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    if (scale == null) {
      return extractor.normalize(ops, features);
    }
    if (scale < 0 || scale >= features.size()) {
      throw new IllegalArgumentException(
          "scale must be one of the extractor's, 0 to " + (features.size() - 1) + ", got " + scale);
    }
    return extractor.normalize(ops, List.of(features.get(scale)));
  }
}
