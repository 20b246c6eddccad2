package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loss, anomaly map and image score of each method, against sums written out. */
class MethodLawsTest {
  private static final int N = 3;
  private static final long[][] SHAPES = {{N, 5, 4, 6}, {N, 7, 2, 3}};
  private static final double[] LARGEST = {-0.5, -0.7};

  private final float[][] z = new float[SHAPES.length][];
  private final float[][] logDets = new float[SHAPES.length][]; // by position
  private final double[] logDet = new double[N];

  MethodLawsTest() {
    SplittableRandom random = new SplittableRandom(41);
    for (int l = 0; l < SHAPES.length; l++) {
      z[l] = new float[(int) elements(SHAPES[l])];
      logDets[l] = new float[z[l].length / (int) SHAPES[l][1]];
      for (int i = 0; i < z[l].length; i++) {
        z[l][i] = (float) (1.3 * random.nextGaussian());
      }
      for (int i = 0; i < logDets[l].length; i++) {
        logDets[l][i] = (float) random.nextGaussian();
        logDet[i / (logDets[l].length / N)] += logDets[l][i];
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = ModelKind.class, mode = EnumSource.Mode.EXCLUDE, names = "PADIM")
  void lossIsThePublishedOne(ModelKind kind) {
    double expected =
        switch (kind) {
          case U_FLOW, FASTFLOW -> meanNll();
          case CS_FLOW, DIFFERNET, MS_FLOW, CL_FLOW -> meanNll() / dimensions();
          case CFLOW -> logSigmoidLoss();
          case PADIM -> throw new AssertionError("is not trained");
        };
    with(
        kind,
        (ops, latents) -> {
          FlowMethod method = (FlowMethod) kind.facts().settings();
          double actual = method.loss(ops, latents).item_double();
          assertEquals(expected, actual, 1e-5 * Math.abs(expected));
        });
  }

  private double meanNll() {
    double sum = 0;
    for (int n = 0; n < N; n++) {
      sum += 0.5 * squares(n) - logDet[n];
    }
    return sum / N;
  }

  private double logSigmoidLoss() {
    double loss = 0;
    for (int l = 0; l < SHAPES.length; l++) {
      double sum = 0;
      for (int i = 0; i < logDets[l].length; i++) {
        sum += -Math.log(1 / (1 + Math.exp(-logLikelihood(l, i))));
      }
      loss += sum / logDets[l].length;
    }
    return loss;
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void scoreIsThePublishedOne(ModelKind kind) {
    with(
        kind,
        (ops, latents) -> {
          Method method = kind.facts().settings();
          Tensor map = method.anomalyMap(ops, latents, 9, 7);
          float[] scores = floats(method.anomalyScore(ops, latents, map));
          float[] pixels = floats(map);
          assertEquals(N, scores.length);
          for (int n = 0; n < N; n++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = n * 63; i < (n + 1) * 63; i++) {
              largest = Math.max(largest, pixels[i]);
            }
            double expected =
                switch (kind) {
                  case U_FLOW, FASTFLOW, CFLOW, CL_FLOW, PADIM -> largest;
                  case CS_FLOW, MS_FLOW -> 0.5 * squares(n) / dimensions();
                  case DIFFERNET -> squares(n) / dimensions();
                };
            assertEquals(expected, scores[n], 1e-5 * Math.max(1, expected));
          }
        });
  }

  /** At the size of the finest latent: its own part of the map needs no interpolation. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void mapIsThePublishedOne(ModelKind kind) {
    with(
        kind,
        (ops, latents) -> {
          boolean takesTwo = kind == ModelKind.CS_FLOW || kind == ModelKind.DIFFERNET;
          int scales = takesTwo ? 2 : 1;
          Latents<Tensor> some =
              new Latents<>(
                  latents.values().subList(0, scales),
                  latents.logDetJacobian(),
                  latents.logDetByPosition().subList(0, scales));
          Tensor map = unsmoothed(kind).anomalyMap(ops, some, 4, 6);
          assertEquals(ScalarType.Float, map.scalar_type().intern());
          float[] actual = floats(map);
          assertEquals(N * 24, actual.length);
          for (int i = 0; i < actual.length; i++) {
            double energy = energy(0, i);
            double expected =
                switch (kind) {
                  case U_FLOW, FASTFLOW, CL_FLOW -> 1 - Math.exp(-0.5 * energy);
                  case CS_FLOW, DIFFERNET, MS_FLOW -> energy;
                  case CFLOW -> 1 - Math.exp(Math.min(0, logLikelihood(0, i) - LARGEST[0]));
                  case PADIM -> Math.sqrt(energy * SHAPES[0][1]);
                };
            assertEquals(expected, actual[i], 1e-5 * Math.max(1, expected));
          }
        });
  }

  private static Method unsmoothed(ModelKind kind) {
    return kind == ModelKind.PADIM ? new Padim(100, 0.01, 0) : kind.facts().settings();
  }

  @Test
  void scalesOfCFlowAreInterpolatedFromCornerToCorner() {
    with(
        ModelKind.CFLOW,
        (ops, latents) -> {
          float[] map = floats(CFlow.DEFAULT.anomalyMap(ops, latents, 4, 6));
          for (int n = 0; n < N; n++) {
            int corner = n * 24;
            double fine = Math.exp(Math.min(0, logLikelihood(0, corner) - LARGEST[0]));
            double coarse = Math.exp(Math.min(0, logLikelihood(1, n * 6) - LARGEST[1]));
            assertEquals(1 - (fine + coarse) / 2, map[corner], 1e-5);
            double last = Math.exp(Math.min(0, logLikelihood(0, corner + 23) - LARGEST[0]));
            double lastCoarse = Math.exp(Math.min(0, logLikelihood(1, n * 6 + 5) - LARGEST[1]));
            assertEquals(1 - (last + lastCoarse) / 2, map[corner + 23], 1e-5);
          }
        });
  }

  @Test
  void maximaOfCFlowAreThoseOfTheLikelihoods() {
    with(
        ModelKind.CFLOW,
        (ops, latents) -> {
          Map<String, Tensor> maxima = CFlow.DEFAULT.maxima(ops, latents);
          assertEquals(2, maxima.size());
          int layer = 0;
          for (Tensor values : maxima.values()) {
            float[] actual = floats(values);
            int positions = logDets[layer].length / N;
            for (int n = 0; n < N; n++) {
              double largest = Double.NEGATIVE_INFINITY;
              for (int i = n * positions; i < (n + 1) * positions; i++) {
                largest = Math.max(largest, logLikelihood(layer, i));
              }
              assertEquals(largest, actual[n], 1e-5);
            }
            layer++;
          }
        });
  }

  @Test
  void anUntrainedCFlowHasNothingToCompareWith() {
    CostOps cost = new CostOps();
    CFlow.DEFAULT.anomalyMap(cost, shapes(), 4, 6);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), Map.of(), 0)) {
      TorchOps ops = new TorchOps(parameters);
      for (float value : floats(CFlow.DEFAULT.anomalyMap(ops, latents(), 4, 6))) {
        assertEquals(0, value);
      }
    }
  }

  private interface Check {
    void of(TorchOps ops, Latents<Tensor> latents);
  }

  private void with(ModelKind kind, Check check) {
    CostOps cost = new CostOps();
    kind.facts().settings().anomalyMap(cost, shapes(), 4, 6);
    Map<String, StoredTensor> stored =
        kind != ModelKind.CFLOW
            ? Map.of()
            : Map.of(
                "flow.scale0.largest_log_likelihood",
                StoredTensor.of(new float[] {(float) LARGEST[0]}, 1),
                "flow.scale1.largest_log_likelihood",
                StoredTensor.of(new float[] {(float) LARGEST[1]}, 1));
    assertTrue(cost.parameters().size() == stored.size(), cost.parameters().toString());
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), stored, 0)) {
      check.of(new TorchOps(parameters), latents());
    }
  }

  private Latents<Tensor> latents() {
    float[] sums = new float[N];
    for (int n = 0; n < N; n++) {
      sums[n] = (float) logDet[n];
    }
    return new Latents<>(
        List.of(tensor(z[0], SHAPES[0]), tensor(z[1], SHAPES[1])),
        tensor(sums, N).to(ScalarType.Double),
        List.of(
            tensor(logDets[0], N, 1, 4, 6).to(ScalarType.Double),
            tensor(logDets[1], N, 1, 2, 3).to(ScalarType.Double)));
  }

  private static Latents<long[]> shapes() {
    return new Latents<>(
        List.of(SHAPES), new long[] {N}, List.of(new long[] {N, 1, 4, 6}, new long[] {N, 1, 2, 3}));
  }

  private static Tensor tensor(float[] values, long... shape) {
    return TensorCopy.tensor(StoredTensor.of(values, shape));
  }

  private static float[] floats(Tensor tensor) {
    return TensorCopy.store(tensor).toFloats();
  }

  /** Σ z² of a sample over all scales. */
  private double squares(int n) {
    double sum = 0;
    for (float[] scale : z) {
      for (int i = n * scale.length / N; i < (n + 1) * scale.length / N; i++) {
        sum += (double) scale[i] * scale[i];
      }
    }
    return sum;
  }

  private static double dimensions() {
    return (elements(SHAPES[0]) + elements(SHAPES[1])) / (double) N;
  }

  /** mean_c z² at the i-th position, counted through the samples. */
  private double energy(int layer, int i) {
    int positions = logDets[layer].length / N;
    int channels = (int) SHAPES[layer][1];
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      float value = z[layer][(i / positions * channels + c) * positions + i % positions];
      sum += (double) value * value;
    }
    return sum / channels;
  }

  /** log p / C at the i-th position. */
  private double logLikelihood(int layer, int i) {
    double channels = SHAPES[layer][1];
    double logP =
        -channels / 2 * Math.log(2 * Math.PI)
            - 0.5 * energy(layer, i) * channels
            + logDets[layer][i];
    return logP / channels;
  }

  private static long elements(long[] shape) {
    return shape[0] * shape[1] * shape[2] * shape[3];
  }
}
