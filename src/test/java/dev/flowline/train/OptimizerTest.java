package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.io.StoredTensor;
import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the algorithm of Kingma and Ba written out, on ½ Σ c·x² whose gradient is c·x. */
class OptimizerTest {
  private static final float[] START = {1, -2, 0.5f, 3};
  private static final float[] CURVATURE = {1, 0.3f, 20, 1e-3f};
  private static final int STEPS = 12;

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.999, 1e-8, 1e-5, ",
    "0.9, 0.999, 1e-4, 1e-5, 1",
    "0.8, 0.8, 1e-4, 1e-5, ",
    "0.5, 0.9, 0.1, 0.2, 0.25",
  })
  void stepsAreAdams(double beta1, double beta2, double epsilon, double decay, Double clip) {
    TrainingConfig config = config(new Adam(0.1, beta1, beta2, epsilon, decay), clip);
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = start();
      try (Optimizer optimizer = new Optimizer(List.of(x), config)) {
        for (int step = 0; step < STEPS; step++) {
          optimizer.step(loss(x), rate(step));
        }
      }
      double[] actual = TensorCopy.store(x).toDoubles();
      assertArrayEquals(written(config), actual, 1e-5);
    }
  }

  @Test
  void itGoesOnWithWhatItStored() {
    TrainingConfig config = config(new Adam(0.1, 0.8, 0.9, 1e-4, 1e-5), 1.0);
    try (TensorScope scope = TensorScope.open()) {
      Tensor through = start();
      Tensor stopped = start();
      try (Optimizer one = new Optimizer(List.of(through), config);
          Optimizer first = new Optimizer(List.of(stopped), config);
          Optimizer second = new Optimizer(List.of(stopped), config)) {
        for (int step = 0; step < STEPS; step++) {
          one.step(loss(through), rate(step));
        }
        for (int step = 0; step < 5; step++) {
          first.step(loss(stopped), rate(step));
        }
        second.load(first.store(), Device.CPU);
        for (int step = 5; step < STEPS; step++) {
          second.step(loss(stopped), rate(step));
        }
      }
      assertArrayEquals(TensorCopy.store(through).toFloats(), TensorCopy.store(stopped).toFloats());
    }
  }

  private static double[] written(TrainingConfig config) {
    Adam adam = config.adam();
    double[] x = new double[START.length];
    double[] mean = new double[x.length];
    double[] square = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = START[i];
    }
    for (int step = 1; step <= STEPS; step++) {
      double norm = 0;
      for (int i = 0; i < x.length; i++) {
        norm += Math.pow(CURVATURE[i] * x[i], 2);
      }
      norm = Math.sqrt(norm);
      Double bound = config.gradientClip();
      double shrink = bound == null ? 1 : Math.min(1, bound / (norm + 1e-6));
      for (int i = 0; i < x.length; i++) {
        double gradient = shrink * CURVATURE[i] * x[i] + adam.weightDecay() * x[i];
        mean[i] = adam.beta1() * mean[i] + (1 - adam.beta1()) * gradient;
        square[i] = adam.beta2() * square[i] + (1 - adam.beta2()) * gradient * gradient;
        double m = mean[i] / (1 - Math.pow(adam.beta1(), step));
        double v = square[i] / (1 - Math.pow(adam.beta2(), step));
        x[i] -= rate(step - 1) * m / (Math.sqrt(v) + adam.epsilon());
      }
    }
    return x;
  }

  private static double rate(int step) {
    return 0.1 / (1 + step);
  }

  private static Tensor start() {
    Tensor x = TensorCopy.tensor(StoredTensor.of(START, START.length));
    assertEquals(START.length, x.numel());
    return x.set_requires_grad(true);
  }

  private static Tensor loss(Tensor x) {
    Tensor curvature = TensorCopy.tensor(StoredTensor.of(CURVATURE, CURVATURE.length));
    return x.mul(x).mul(curvature).sum().mul(new org.bytedeco.pytorch.Scalar(0.5));
  }

  private static TrainingConfig config(Adam adam, Double clip) {
    return new TrainingConfig(1, 1, adam, Schedule.CONSTANT.rate(), clip, 0, 1, 0);
  }
}
