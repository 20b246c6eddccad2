package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;

/** The guard against the vectors' arithmetic, written out. */
class GradientsTest {
  private static final int[] LENGTHS = {1, 7, 4};

  @Test
  void theGuardedGradientNeverPointsAgainstAndIsNeverTooLong() {
    int opposed = 0;
    int shortened = 0;
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double size = Math.exp(3 * random.nextGaussian());
      float[][] own = drawn(random, 1);
      float[][] other = drawn(random, size);
      double share = 0.1 + random.nextDouble();
      double along = dot(own, other);
      double factor = along < 0 ? along / dot(own, own) : 0;
      double square = 0;
      for (int i = 0; i < LENGTHS.length; i++) {
        for (int j = 0; j < LENGTHS[i]; j++) {
          square += Math.pow(other[i][j] - factor * own[i][j], 2);
        }
      }
      double scale = Math.min(1, share * Math.sqrt(dot(own, own) / square));
      opposed += along < 0 ? 1 : 0;
      shortened += scale < 1 ? 1 : 0;
      try (TensorScope scope = TensorScope.open()) {
        TensorVector parameters = parametersWith(own);
        Gradients beside = new Gradients(tensors(other));
        Gradients guarded = beside.guardedBy(parameters, share);
        guarded.addTo(parameters);
        for (int i = 0; i < LENGTHS.length; i++) {
          double[] sum = TensorCopy.store(parameters.get(i).grad()).toDoubles();
          for (int j = 0; j < LENGTHS[i]; j++) {
            double expected = own[i][j] + scale * (other[i][j] - factor * own[i][j]);
            assertEquals(expected, sum[j], 1e-4 * (1 + Math.abs(expected)), "seed " + seed);
          }
        }
        double against = 0;
        for (int i = 0; i < LENGTHS.length; i++) {
          float[] values = TensorCopy.store(guarded.values().get(i)).toFloats();
          for (int j = 0; j < LENGTHS[i]; j++) {
            against += (double) values[j] * own[i][j];
          }
        }
        assertTrue(against > -1e-5 * dot(own, own), "seed " + seed + ": " + against);
      }
    }
    assertTrue(opposed > 30 && opposed < 70 && shortened > 30 && shortened < 90);
  }

  /** x², of which y is no part, and beside it 3·x·y + y. */
  @Test
  void theOptimizerTakesBothGradients() {
    TrainingConfig config =
        new TrainingConfig(
            1, 1, new Adam(0.1, 0, 0, 1e-8, 0), Schedule.CONSTANT.rate(), null, 0, 1, 0);
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = tensor(new float[] {2}).set_requires_grad(true);
      Tensor y = tensor(new float[] {-1}).set_requires_grad(true);
      try (Optimizer optimizer = new Optimizer(List.of(x, y), config)) {
        Tensor loss = x.mul(x).add(y.mul(tensor(new float[] {0}))).sum();
        Tensor other = x.mul(y).mul(tensor(new float[] {3})).add(y).sum();
        optimizer.step(loss, other, 10, 0.1);
      }
      // Of (3y, 3x + 1) = (-3, 7) the part against (4, 0) goes: (0, 7). Adam without memory: signs.
      assertEquals(4, x.grad().item_float());
      assertEquals(7, y.grad().item_float(), 1e-6);
      assertEquals(1.9, x.item_float(), 1e-6);
      assertEquals(-1.1, y.item_float(), 1e-6);
    }
  }

  private static TensorVector parametersWith(float[][] gradients) {
    List<Tensor> parameters = new ArrayList<>();
    for (float[] gradient : gradients) {
      Tensor parameter = tensor(new float[gradient.length]).set_requires_grad(true);
      parameter.mul(tensor(gradient)).sum().backward();
      parameters.add(parameter);
    }
    return new TensorVector(parameters.toArray(Tensor[]::new));
  }

  private static List<Tensor> tensors(float[][] values) {
    List<Tensor> tensors = new ArrayList<>();
    for (float[] value : values) {
      tensors.add(tensor(value));
    }
    return tensors;
  }

  private static Tensor tensor(float[] values) {
    return TensorCopy.tensor(StoredTensor.of(values, values.length));
  }

  private static float[][] drawn(SplittableRandom random, double size) {
    float[][] values = new float[LENGTHS.length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new float[LENGTHS[i]];
      for (int j = 0; j < LENGTHS[i]; j++) {
        values[i][j] = (float) (size * random.nextGaussian());
      }
    }
    return values;
  }

  private static double dot(float[][] a, float[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += (double) a[i][j] * b[i][j];
      }
    }
    return sum;
  }
}
