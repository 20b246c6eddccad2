package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.TensorScope;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** What the training reader notes of batches, and what the inference reader makes of it. */
class TrainingOpsTest {
  private static final long[] SHAPE = {2, 1, 1, 3};
  private static final float[] X = {1, 2, 3, 5, 8, 11}; // mean 5, unbiased variance 14.8

  @Test
  void statisticsMoveInTrainingAndRuleInInference() {
    CostOps cost = new CostOps();
    Layers.batchNorm(cost, "bn", SHAPE);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), Map.of(), 0)) {
      assertEquals(Set.of("bn.weight", "bn.bias"), parameters.trainable().keySet());
      Tensor x = Parameters.tensor(StoredTensor.of(X, SHAPE));
      TorchOps inference = new TorchOps(parameters);
      float[] before = Parameters.store(Layers.batchNorm(inference, "bn", x)).toFloats();
      assertEquals(X[5] / Math.sqrt(1 + 1e-5), before[5], 1e-5, "mean 0, variance 1");

      float[] trained =
          Parameters.store(Layers.batchNorm(new TrainingOps(parameters), "bn", x)).toFloats();
      double biased = 14.8 * 5 / 6;
      assertEquals((X[5] - 5) / Math.sqrt(biased + 1e-5), trained[5], 1e-5);
      Map<String, StoredTensor> learned = parameters.storeLearned();
      assertEquals(0.1 * 5, learned.get("bn.running_mean").get(0), 1e-6);
      assertEquals(0.9 + 0.1 * 14.8, learned.get("bn.running_var").get(0), 1e-6);

      float[] after = Parameters.store(Layers.batchNorm(inference, "bn", x)).toFloats();
      assertEquals((X[5] - 0.5) / Math.sqrt(2.38 + 1e-5), after[5], 1e-5);

      parameters.load(Map.of("bn.running_mean", StoredTensor.of(new float[] {3}, 1)));
      float[] loaded = Parameters.store(Layers.batchNorm(inference, "bn", x)).toFloats();
      assertEquals((X[5] - 3) / Math.sqrt(2.38 + 1e-5), loaded[5], 1e-5);
    }
  }

  @Test
  void rotationsAreOrthogonalAndDrawnFromTheSeed() {
    for (long channels : new long[] {1, 2, 7, 64}) {
      CostOps cost = new CostOps();
      cost.rotateChannels(new long[] {1, channels, 2, 3}, "r");
      assertEquals(0, cost.trainableParameters());
      assertEquals(0, cost.multiplyAccumulates());
      try (TensorScope scope = TensorScope.open();
          Parameters first = new Parameters(cost.parameters(), Map.of(), 1);
          Parameters again = new Parameters(cost.parameters(), Map.of(), 1);
          Parameters other = new Parameters(cost.parameters(), Map.of(), 2)) {
        assertFalse(first.get("r").requires_grad());
        assertTrue(first.get("r").equal(again.get("r")));
        assertFalse(channels > 1 && first.get("r").equal(other.get("r")));
        Tensor product = first.get("r").matmul(first.get("r").t());
        double error = product.sub(torch.eye(channels)).abs().max().item_double();
        assertTrue(error < 1e-6, channels + " channels: " + error);
        Tensor map = torch.randn(2, channels, 2, 3);
        TorchOps ops = new TorchOps(first);
        Tensor rotated = ops.rotateChannels(map, "r");
        // On a map and on its positions one by one.
        Tensor vectors = map.permute(0, 2, 3, 1).reshape(12, channels, 1, 1);
        Tensor one = ops.rotateChannels(vectors, "r").reshape(2, 2, 3, channels);
        assertTrue(torch.allclose(rotated, one.permute(0, 3, 1, 2), 1e-5, 1e-5, false));
        assertTrue(torch.allclose(ops.unrotateChannels(rotated, "r"), map, 1e-5, 1e-5, false));
      }
    }
  }

  /** Householder's Q alone is not uniform: its first element would lean to one side. */
  @Test
  void rotationsAreUniform() {
    CostOps cost = new CostOps();
    int draws = 400;
    for (int i = 0; i < draws; i++) {
      cost.rotateChannels(new long[] {1, 3, 1, 1}, "r" + i);
    }
    double sum = 0;
    double squares = 0;
    try (Parameters parameters = new Parameters(cost.parameters(), Map.of(), 77)) {
      for (StoredTensor rotation : parameters.store().values()) {
        sum += rotation.get(0);
        squares += rotation.get(0) * rotation.get(0);
      }
    }
    assertEquals(0, sum / draws, 4 * Math.sqrt(1 / 3.0 / draws), "mean of an element");
    assertEquals(1 / 3.0, squares / draws, 4 * Math.sqrt(4 / 45.0 / draws), "mean of its square");
  }
}
