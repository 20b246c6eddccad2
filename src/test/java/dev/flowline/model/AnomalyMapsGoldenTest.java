package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flowline.Golden;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.segmentation.SlowLikelihood;
import dev.flowline.tensor.TensorScope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class AnomalyMapsGoldenTest {
  @TestFactory
  Stream<DynamicTest> likelihoodsAtEverySize() throws Exception {
    return Golden.cases("d_", AnomalyMapsGoldenTest::likelihoods);
  }

  @Test
  void aCaseOfOtherSizes(@TempDir Path folder) throws Exception {
    likelihoods(SlowLikelihood.written(folder));
  }

  private static void likelihoods(Golden golden) {
    Map<String, StoredTensor> wanted = golden.under("prob.");
    assertFalse(wanted.isEmpty());
    double tolerance = golden.tolerance("prob");
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      TorchOps ops = new TorchOps(none);
      List<Tensor> latents = golden.list("z").stream().map(TensorCopy::tensor).toList();
      wanted.forEach(
          (size, likelihood) -> {
            long height = likelihood.shape()[2];
            long width = likelihood.shape()[3];
            Tensor actual = AnomalyMaps.likelihood(ops, latents, height, width);
            Golden.assertClose(likelihood, TensorCopy.store(actual), tolerance, size);
            Tensor sum = ops.add(actual, AnomalyMaps.unlikelihood(ops, latents, height, width));
            float[] ones = new float[(int) likelihood.elements()];
            Arrays.fill(ones, 1);
            StoredTensor one = StoredTensor.of(ones, likelihood.shape());
            Golden.assertClose(one, TensorCopy.store(sum), 1e-6, "map + likelihood at " + size);
          });
    }
  }
}
