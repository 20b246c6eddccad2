package dev.flowline.benchmarks;

import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Models with random weights: what they compute is meaningless, what it costs is not. */
public final class Networks {
  private static final int FLOW_STEPS = 4;
  private static final long SEED = 1;

  private Networks() {}

  /** A model as {@code flowline train} configures it, for square inputs. */
  public static ModelConfig config(Backbone backbone, int size) {
    return config(ModelKind.U_FLOW, new UFlow(FLOW_STEPS, SoftClamp.TANH), backbone, size);
  }

  private static ModelConfig config(ModelKind kind, Method settings, Backbone backbone, int size) {
    return new ModelConfig(
        kind,
        "benchmark",
        ExtractorConfig.of(backbone),
        Preprocessing.imageNet(size, size),
        settings,
        SEED,
        new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
  }

  /** That model; the caller closes it. */
  public static AnomalyModel model(Backbone backbone, int size) {
    return model(config(backbone, size), backbone, size);
  }

  /** A model of another kind, set as published. */
  public static ModelConfig config(ModelKind kind, Backbone backbone, int size) {
    return config(kind, kind.defaults(backbone.extractor()), backbone, size);
  }

  /** That model; the caller closes it. */
  public static AnomalyModel model(ModelKind kind, Backbone backbone, int size) {
    return model(config(kind, backbone, size), backbone, size);
  }

  private static AnomalyModel model(ModelConfig config, Backbone backbone, int size) {
    Map<String, StoredTensor> frozen = new LinkedHashMap<>();
    for (ParameterSpec spec : backbone.extractor().frozenParameters(size, size)) {
      long[] shape = spec.shape();
      long fanIn = shape.length > 1 ? Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b) : 4;
      frozen.put(spec.name(), uniform(spec.name().hashCode(), Math.sqrt(3.0 / fanIn), shape));
    }
    return AnomalyModel.create(config, frozen);
  }

  /**
   * Independent values on ±bound. A bound of √(3 / fanIn) keeps the scale of a convolution's input,
   * so that no activation becomes infinite or denormal, which would cost another time.
   */
  public static StoredTensor uniform(long seed, double bound, long... shape) {
    int length = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(length, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = bytes.asFloatBuffer();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < length; i++) {
      values.put((float) ((2 * random.nextDouble() - 1) * bound));
    }
    return new StoredTensor(StoredTensor.Type.F32, shape, bytes);
  }
}
