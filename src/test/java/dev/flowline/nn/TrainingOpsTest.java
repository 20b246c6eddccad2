package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.TensorScope;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      Tensor x = TensorCopy.tensor(StoredTensor.of(X, SHAPE));
      TorchOps inference = new TorchOps(parameters);
      float[] before = TensorCopy.store(Layers.batchNorm(inference, "bn", x)).toFloats();
      assertEquals(X[5] / Math.sqrt(1 + 1e-5), before[5], 1e-5, "mean 0, variance 1");

      float[] trained =
          TensorCopy.store(Layers.batchNorm(new TrainingOps(parameters), "bn", x)).toFloats();
      double biased = 14.8 * 5 / 6;
      assertEquals((X[5] - 5) / Math.sqrt(biased + 1e-5), trained[5], 1e-5);
      Map<String, StoredTensor> learned = parameters.storeLearned();
      assertEquals(0.1 * 5, learned.get("bn.running_mean").get(0), 1e-6);
      assertEquals(0.9 + 0.1 * 14.8, learned.get("bn.running_var").get(0), 1e-6);

      float[] after = TensorCopy.store(Layers.batchNorm(inference, "bn", x)).toFloats();
      assertEquals((X[5] - 0.5) / Math.sqrt(2.38 + 1e-5), after[5], 1e-5);

      parameters.load(Map.of("bn.running_mean", StoredTensor.of(new float[] {3}, 1)));
      float[] loaded = TensorCopy.store(Layers.batchNorm(inference, "bn", x)).toFloats();
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

  /** Reflection by reflection, as whole matrices. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 33})
  void rotationsAreProductsOfReflections(int n) {
    long seed = 11 + n;
    double[] actual = RandomOrthogonal.draw(n, new SplittableRandom(seed)).toDoubles();
    SplittableRandom random = new SplittableRandom(seed);
    double[][] product = identity(n);
    for (int k = 0; k < n; k++) {
      double[] x = new double[n];
      double norm = 0;
      for (int i = k; i < n; i++) {
        x[i] = random.nextGaussian();
        norm = Math.hypot(norm, x[i]);
      }
      // Onto the axis k, to its other side, and that one's sign into the column.
      double[] v = x.clone();
      v[k] += Math.signum(x[k]) * norm;
      double[][] reflection = identity(n);
      double length = 0;
      for (double part : v) {
        length += part * part;
      }
      double sign = k == n - 1 ? Math.signum(x[k]) : -Math.signum(x[k]);
      for (int i = 0; i < n && k < n - 1; i++) {
        for (int j = 0; j < n; j++) {
          reflection[i][j] -= 2 * v[i] * v[j] / length;
        }
      }
      product = times(product, reflection);
      for (int i = 0; i < n; i++) {
        // Later reflections leave this axis alone.
        assertEquals(sign * product[i][k], actual[i * n + k], 1e-6, seed + ": " + i + ", " + k);
      }
    }
  }

  private static double[][] identity(int n) {
    double[][] one = new double[n][n];
    for (int i = 0; i < n; i++) {
      one[i][i] = 1;
    }
    return one;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        for (int k = 0; k < a.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  /** Householder's Q alone is not uniform: its elements would lean to one side. */
  @Test
  void rotationsAreUniform() {
    CostOps cost = new CostOps();
    int draws = 400;
    for (int i = 0; i < draws; i++) {
      cost.rotateChannels(new long[] {1, 3, 1, 1}, "r" + i);
    }
    double[] sums = new double[9];
    double[] squares = new double[9];
    double turns = 0; // without a reflection: as often as with one
    try (Parameters parameters = new Parameters(cost.parameters(), Map.of(), 77)) {
      for (StoredTensor rotation : parameters.store().values()) {
        double[] q = rotation.toDoubles();
        for (int i = 0; i < q.length; i++) {
          sums[i] += q[i];
          squares[i] += q[i] * q[i];
        }
        turns +=
            q[0] * (q[4] * q[8] - q[5] * q[7])
                - q[1] * (q[3] * q[8] - q[5] * q[6])
                + q[2] * (q[3] * q[7] - q[4] * q[6]);
      }
    }
    for (int i = 0; i < 9; i++) {
      assertEquals(0, sums[i] / draws, 4 * Math.sqrt(1 / 3.0 / draws), "mean of element " + i);
      double spread = 4 * Math.sqrt(4 / 45.0 / draws);
      assertEquals(1 / 3.0, squares[i] / draws, spread, "mean of the square of element " + i);
    }
    assertEquals(0, turns / draws, 4 / Math.sqrt(draws), "mean determinant");
  }
}
