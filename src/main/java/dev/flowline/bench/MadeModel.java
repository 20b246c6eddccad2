package dev.flowline.bench;

import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The maker of models with random weights: what they find is meaningless, what they cost is not.
 */
public final class MadeModel {
  private static final long SEED = 1;

  private MadeModel() {}

  /**
   * Returns a U-Flow over an extractor, for square inputs; the caller closes it.
   *
   * @param side of the input, pixels
   */
  public static AnomalyModel of(Backbone backbone, int side) {
    ExtractorConfig extractor = ExtractorConfig.of(backbone);
    return of(
        new ModelConfig(
            ModelKind.U_FLOW,
            "bench",
            extractor,
            Preprocessing.imageNet(side, side),
            ModelKind.U_FLOW.defaults(extractor.create()),
            SEED,
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0)));
  }

  /** Returns an untrained model as it is configured; the caller closes it. */
  public static AnomalyModel of(ModelConfig config) {
    Preprocessing input = config.preprocessing();
    Map<String, StoredTensor> frozen = new LinkedHashMap<>();
    for (ParameterSpec spec :
        config.extractor().create().frozenParameters(input.height(), input.width())) {
      frozen.put(spec.name(), drawn(spec));
    }
    return AnomalyModel.create(config, frozen);
  }

  /**
   * Draws values on ±√(3 / fan-in), which keep the scale of a convolution's input: no activation
   * becomes infinite or denormal, which would take another time.
   */
  private static StoredTensor drawn(ParameterSpec spec) {
    long[] shape = spec.shape();
    long fanIn = shape.length > 1 ? Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b) : 4;
    double bound = Math.sqrt(3.0 / fanIn);
    SplittableRandom random = new SplittableRandom(spec.name().hashCode());
    float[] values = new float[Math.toIntExact(spec.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return StoredTensor.of(values, shape);
  }
}
