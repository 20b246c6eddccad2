package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.Transformed;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.model.TrainableModel;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The step of CFlow-AD against loops over positions and Adam written out. */
class PositionStepTest {
  private static final int HEIGHT = 32;
  private static final int WIDTH = 48;
  private static final int DIMENSIONS = 8;
  private static final long SEED = 9;
  private static final int[] IMAGES = {4, 0, 3};
  private static final Adam ADAM = new Adam(1e-2, 0.9, 0.99, 1e-3, 1e-2);

  @TempDir Path folder;
  private List<long[]> shapes;
  private FeatureCache fit;

  @BeforeEach
  void drawFeatures() throws IOException {
    shapes = config(1).extractor().create().featureShapes(HEIGHT, WIDTH);
    fit = DrawnFeatures.of(shapes, 5, 4, folder);
  }

  @AfterEach
  void close() throws IOException {
    fit.close();
  }

  /** Batches of positions that go into the layers without and with something left over. */
  @ParameterizedTest
  @ValueSource(ints = {24, 100, 1000})
  void stepsAreThoseOfTheLoops(int positionsByStep) throws IOException {
    Map<String, double[]> expected = new LinkedHashMap<>();
    double nll = written(positionsByStep, 7, 0.02, expected);
    Taken taken = take(positionsByStep, 7, 0.02);
    assertEquals(nll, taken.nll, 1e-5 * Math.abs(nll));
    assertEquals(expected.keySet(), taken.weights.keySet());
    expected.forEach((name, w) -> assertArrayEquals(w, taken.weights.get(name), 2e-5, name));
  }

  @Test
  void withoutAnUpdateItsMeanIsThatOfTheImages() throws IOException {
    Taken taken = take(24, 1, 0);
    assertTrue(IMAGES.length * shapes.get(0)[1] * shapes.get(0)[2] % 24 == 0, "nothing left over");
    assertTrue(IMAGES.length * shapes.get(1)[1] * shapes.get(1)[2] % 24 == 0, "nothing left over");
    ModelConfig config = config(24);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      double expected =
          NegativeLogLikelihood.mean(
                  model.ops(),
                  new TrainableModel(model).latents(new TrainingSet(fit).batch(IMAGES)))
              .item_double();
      assertEquals(expected, taken.nll, 1e-5 * Math.abs(expected));
    }
  }

  /** The layers do not know of each other: one update of each is one of all. */
  @Test
  void allPositionsAtOnceAreAStepOnImages() throws IOException {
    Taken positions = take(1_000_000, 1, 0.02);
    Taken images = take(0, 1, 0.02);
    assertEquals(images.nll, positions.nll, 1e-5 * Math.abs(images.nll));
    images.weights.forEach(
        (name, weights) -> assertArrayEquals(weights, positions.weights.get(name), 2e-5, name));
  }

  @Test
  void theOrderDependsOnSeedEpochAndImages() throws IOException {
    double first = take(24, 7, 0.02).nll;
    assertEquals(first, take(24, 7, 0.02).nll);
    assertFalse(first == take(24, 8, 0.02).nll);
  }

  @Test
  void whatIsNotFiniteIsNoStep() throws IOException {
    List<long[]> one = List.of(shapes.get(0), shapes.get(1));
    try (FeatureCache poisoned = new FeatureCache(one, 1 << 28, folder);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> features = new ArrayList<>(fit.batch(1));
      features.get(0).fill_(new Scalar(Float.NaN));
      poisoned.add(features);
      ModelConfig config = config(24);
      try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
          Optimizer optimizer =
              new Optimizer(model.parameters().trainable().values(), training())) {
        Map<String, double[]> before = weights(model);
        double nll = step(model, poisoned, optimizer).take(new int[] {0}, 1, 0.1);
        assertFalse(Double.isFinite(nll));
        weights(model).forEach((name, w) -> assertArrayEquals(before.get(name), w, name));
      }
    }
  }

  private record Taken(double nll, Map<String, double[]> weights) {}

  private Taken take(int positionsByStep, int epoch, double rate) throws IOException {
    ModelConfig config = config(positionsByStep);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
        Optimizer optimizer = new Optimizer(model.parameters().trainable().values(), training())) {
      double nll = step(model, fit, optimizer).take(IMAGES, epoch, rate);
      return new Taken(nll, weights(model));
    }
  }

  private static TrainingStep step(AnomalyModel model, FeatureCache fit, Optimizer optimizer) {
    CFlow method = (CFlow) model.config().settings();
    TrainableModel learning = new TrainableModel(model);
    TrainingSet training = new TrainingSet(fit);
    return method.positionsByStep() == 0
        ? new ImageStep(learning, method, training, optimizer)
        : new PositionStep(learning, method, SEED, training, optimizer);
  }

  /** The same in loops; what comes of the weights goes into {@code after}. */
  private double written(int positionsByStep, int epoch, double rate, Map<String, double[]> after) {
    ModelConfig config = config(positionsByStep);
    CFlow method = (CFlow) config.settings();
    double nll = 0;
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
      for (int layer = 0; layer < shapes.size(); layer++) {
        long[] s = shapes.get(layer);
        int positions = (int) (s[1] * s[2]);
        float[] values = features(layer);
        int[] order =
            RandomOrder.of(
                IMAGES.length * positions, RandomOrder.source(SEED, epoch, IMAGES[0], layer));
        int size = Math.min(order.length, positionsByStep);
        Map<String, Tensor> own = own(model, layer);
        Map<String, double[][]> moments = new LinkedHashMap<>();
        double sum = 0;
        int updates = 0;
        for (int from = 0; from + size <= order.length; from += size) {
          updates++;
          try (TensorScope scope = TensorScope.open()) {
            float[] x = new float[size * (int) s[0]];
            float[] codes = new float[size * DIMENSIONS];
            for (int i = 0; i < size; i++) {
              int image = order[from + i] / positions;
              int at = order[from + i] % positions;
              for (int c = 0; c < s[0]; c++) {
                x[i * (int) s[0] + c] = values[(image * (int) s[0] + c) * positions + at];
              }
              System.arraycopy(code(at / (int) s[2], at % (int) s[2]), 0, codes, 8 * i, 8);
            }
            Transformed<Tensor> z =
                method
                    .flow()
                    .forward(
                        model.ops(),
                        layer,
                        TensorCopy.tensor(StoredTensor.of(x, size, s[0], 1, 1)),
                        TensorCopy.tensor(StoredTensor.of(codes, size, DIMENSIONS)));
            Tensor squares =
                z.value().mul(z.value()).sum(new long[] {1, 2, 3}, false, new ScalarTypeOptional());
            Tensor surprise = squares.mul(new Scalar(0.5)).sub(z.logDetJacobian());
            sum += surprise.mean().item_double();
            Tensor perDimension =
                surprise
                    .div(new Scalar((double) s[0]))
                    .add(new Scalar(0.5 * Math.log(2 * Math.PI)));
            // −log σ(log p / C)
            perDimension.exp().add(new Scalar(1.0)).log().mean().backward();
            adam(own, moments, updates, rate);
          }
        }
        nll += positions * sum / updates;
      }
      after.putAll(weights(model));
    }
    return nll;
  }

  private float[] features(int layer) {
    try (TensorScope scope = TensorScope.open()) {
      return TensorCopy.store(fit.batch(IMAGES).get(layer)).toFloats();
    }
  }

  /** sin, cos of the column with frequencies 1 and 1/100, then of the row. */
  private static float[] code(int row, int column) {
    return new float[] {
      (float) Math.sin(column), (float) Math.cos(column),
      (float) Math.sin(column / 100.0), (float) Math.cos(column / 100.0),
      (float) Math.sin(row), (float) Math.cos(row),
      (float) Math.sin(row / 100.0), (float) Math.cos(row / 100.0)
    };
  }

  private static Map<String, Tensor> own(AnomalyModel model, int layer) {
    Map<String, Tensor> own = new LinkedHashMap<>(model.parameters().trainable());
    own.keySet().removeIf(name -> !name.startsWith("flow.scale" + layer + "."));
    assertFalse(own.isEmpty());
    return own;
  }

  private static void adam(
      Map<String, Tensor> weights, Map<String, double[][]> moments, int step, double rate) {
    Map<String, StoredTensor> updated = new LinkedHashMap<>();
    weights.forEach(
        (name, weight) -> {
          double[] w = TensorCopy.store(weight).toDoubles();
          double[] gradient = TensorCopy.store(weight.grad()).toDoubles();
          weight.grad().zero_();
          double[][] m = moments.computeIfAbsent(name, n -> new double[2][w.length]);
          float[] next = new float[w.length];
          for (int i = 0; i < w.length; i++) {
            double g = gradient[i] + ADAM.weightDecay() * w[i];
            m[0][i] = ADAM.beta1() * m[0][i] + (1 - ADAM.beta1()) * g;
            m[1][i] = ADAM.beta2() * m[1][i] + (1 - ADAM.beta2()) * g * g;
            double mean = m[0][i] / (1 - Math.pow(ADAM.beta1(), step));
            double square = m[1][i] / (1 - Math.pow(ADAM.beta2(), step));
            next[i] = (float) (w[i] - rate * mean / (Math.sqrt(square) + ADAM.epsilon()));
          }
          updated.put(name, StoredTensor.of(next, Tensors.shape(weight)));
        });
    try (NoGradGuard constant = new NoGradGuard()) {
      updated.forEach((name, value) -> weights.get(name).set_data(TensorCopy.tensor(value)));
    }
  }

  private static Map<String, double[]> weights(AnomalyModel model) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    model
        .parameters()
        .storeLearned()
        .forEach((name, tensor) -> weights.put(name, tensor.toDoubles()));
    return weights;
  }

  private static TrainingConfig training() {
    return new TrainingConfig(1, 3, ADAM, Schedule.CONSTANT.rate(), null, SEED, 1, 0);
  }

  private static ModelConfig config(int positionsByStep) {
    CFlow method = new CFlow(2, DIMENSIONS, SoftClamp.TANH, positionsByStep);
    return TinyLine.config(ModelKind.CFLOW, method, HEIGHT, WIDTH, 3);
  }
}
