package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;

/** Random frozen parameters, and a run of an extractor with them. */
final class Frozen {
  private Frozen() {}

  static Map<String, StoredTensor> random(Collection<ParameterSpec> specs, long seed) {
    Random random = new Random(seed);
    Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      parameters.put(spec.name(), random(random, spec.shape()));
    }
    return parameters;
  }

  static StoredTensor random(Random random, long... shape) {
    long fan = shape.length > 1 ? Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b) : 4;
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(fan));
    }
    return StoredTensor.of(values, shape);
  }

  /** Holds two public layouts to the same frozen parameters of an extractor. */
  static void assertSameWeights(
      FeatureExtractor extractor,
      Map<String, StoredTensor> layout,
      Map<String, StoredTensor> other) {
    Map<String, StoredTensor> expected = PretrainedWeights.fit(extractor, layout);
    Map<String, StoredTensor> actual = PretrainedWeights.fit(extractor, other);
    assertFalse(expected.isEmpty());
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, t) -> assertEquals(t.bytes(), actual.get(name).bytes(), name));
  }

  static List<StoredTensor> run(
      FeatureExtractor extractor, Map<String, StoredTensor> frozen, StoredTensor images) {
    long[] s = images.shape();
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(extractor.frozenParameters(s[2], s[3]), frozen, 0);
        NoGradGuard noGrad = new NoGradGuard()) {
      return extractor.features(new TorchOps(parameters), TensorCopy.tensor(images)).stream()
          .map(TensorCopy::store)
          .toList();
    }
  }
}
