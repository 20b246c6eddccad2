package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.FlowStage;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.Transformed;
import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.InferenceOps;
import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import dev.flowline.nn.PackingLimits;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader for inspections computes what the plain one does, also after weights have changed. */
class InferenceOpsTest {
  private static final long SEED = 20261130;
  private static final double ROUNDING = 2e-5; // of the largest value

  @ParameterizedTest
  @CsvSource({
    "6, 5, 7, 1, 1.0, TANH",
    "84, 12, 9, 4, 1.0, TANH",
    "33, 4, 4, 3, 0.4, ATAN",
    "2, 1, 1, 2, 1.0, TANH_SCALED",
    "160, 8, 8, 8, 1.0, TANH",
  })
  void stagesAreThoseOfTheirModules(
      long channels, long height, long width, int steps, double hiddenRatio, SoftClamp clamp) {
    for (List<Integer> kernels : List.of(List.of(3, 1), List.of(1), List.of(3), List.of(5, 3))) {
      FlowStage stage = new FlowStage("stage", 0, steps, kernels, hiddenRatio, clamp);
      long[] shape = {3, channels, height, width};
      CostOps cost = new CostOps();
      stage.forward(cost, shape);
      try (TensorScope scope = TensorScope.open();
          Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
          InferenceOps fast = new InferenceOps(parameters);
          NoGradGuard constant = new NoGradGuard()) {
        torch.manual_seed(SEED);
        TorchOps plain = new TorchOps(parameters);
        for (Tensor x : layouts(shape)) {
          Transformed<Tensor> y = stage.forward(fast, x);
          assertClose(stage.forward(plain, x).value(), y.value());
          assertEquals(!kernels.contains(5), Double.isNaN(y.logDetJacobian().sum().item_double()));
        }
      }
    }
  }

  /** Dense, channels last, and channels of a larger image. */
  private static List<Tensor> layouts(long[] shape) {
    Tensor larger = torch.randn(shape[0], shape[1] + 3, shape[2], shape[3]);
    Tensor part = larger.slice(1, new LongOptional(2), new LongOptional(2 + shape[1]), 1);
    return List.of(torch.randn(shape), Tensors.channelsLast(torch.randn(shape)), part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"resnet18", "wide-resnet50-2", "efficientnet-b0", "alexnet", "cait-xxs24"})
  void extractorsAreThoseOfThePlainReader(String name) throws IOException {
    var extractor = ExtractorConfig.named(name, null, null).create();
    int side = name.equals("alexnet") ? 252 : name.startsWith("cait") ? 224 : 64;
    CostOps cost = new CostOps();
    extractor.features(cost, new long[] {2, 3, side, side});
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
        InferenceOps fast = new InferenceOps(parameters);
        NoGradGuard constant = new NoGradGuard()) {
      torch.manual_seed(SEED);
      Tensor images = torch.randn(2, 3, side, side);
      List<Tensor> expected = extractor.features(new TorchOps(parameters), images);
      List<Tensor> actual = extractor.features(fast, images);
      for (int scale = 0; scale < expected.size(); scale++) {
        assertClose(expected.get(scale), actual.get(scale));
      }
    }
  }

  /**
   * What is beyond the limits is LibTorch's, the same layers each time, whatever was computed
   * before; a later stage may still fit.
   */
  @Test
  void packedWeightsStayWithinTheirLimits() {
    CostOps cost = new CostOps();
    long[] shape = {2, 48, 9, 8};
    wide(cost, shape);
    long large = 144 * (24 * 24 + 24 * 48); // a step of 48 channels, kernel 3
    long small = 144 * (12 * 12 + 12 * 24); // of 24
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
        NoGradGuard constant = new NoGradGuard()) {
      torch.manual_seed(SEED);
      Tensor x = torch.randn(shape);
      List<Tensor> expected = wide(new TorchOps(parameters), x);
      long convolution = 144 * 48 * 48;
      for (long[] limits :
          new long[][] {
            {convolution, large + small, convolution + large + small},
            {convolution, large + small - 1, convolution + large},
            {convolution, large - 1, convolution + small},
            {2 * convolution, 0, convolution}, // a stage beyond takes no room of convolutions
            {convolution - 1, large, large},
            {0, 0, 0}
          }) {
        PackingLimits given = new PackingLimits(limits[0], limits[1]);
        List<Tensor> first = null;
        for (boolean flowFirst : List.of(false, true)) {
          try (InferenceOps fast = new InferenceOps(parameters, given)) {
            if (flowFirst) {
              wideFlow(fast, x);
            }
            List<Tensor> actual = wide(fast, x);
            assertEquals(limits[2], fast.packedBytes());
            for (int i = 0; i < actual.size(); i++) {
              assertClose(expected.get(i), actual.get(i));
              assertTrue(first == null || first.get(i).equal(actual.get(i)), "the same bits");
            }
            first = actual;
          }
        }
      }
    }
  }

  /** A convolution, a stage of 48 channels on it, and one of the half of these. */
  private static <V> List<V> wide(Ops<V> ops, V x) {
    V y = Layers.conv2d(ops, "conv", x, 48, 3);
    return List.of(y, wideFlow(ops, y), wideFlow(ops, x));
  }

  private static <V> V wideFlow(Ops<V> ops, V x) {
    V coarse = stage("coarse").forward(ops, x).value();
    return stage("fine").forward(ops, ops.slice(coarse, 1, 0, 24)).value();
  }

  private static FlowStage stage(String name) {
    return new FlowStage(name, 0, 1, List.of(3), 1, SoftClamp.TANH);
  }

  /** After a step of an optimiser, which changes weights in place, and after a load. */
  @Test
  void weightsThatChangedAreTakenAnew() {
    CostOps cost = new CostOps();
    network(cost, new long[] {1, 24, 9, 8});
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
        InferenceOps fast = new InferenceOps(parameters)) {
      torch.manual_seed(SEED);
      TorchOps plain = new TorchOps(parameters);
      Tensor x = torch.randn(1, 24, 9, 8);
      for (String name :
          List.of(
              "conv.weight",
              "stage.module_list.0.subnet.2.weight",
              "stage.module_list.1.global_scale")) {
        try (NoGradGuard constant = new NoGradGuard()) {
          Tensor before = network(fast, x).clone();
          assertClose(network(plain, x), before);
          parameters.get(name).detach().add_(new Scalar(1)); // in place, as an optimiser does
          Tensor after = network(fast, x).clone();
          assertClose(network(plain, x), after);
          assertTrue(largest(after.sub(before)) > 1e-2, name + " matters");
          StoredTensor stored = TensorCopy.store(parameters.get(name).mul(new Scalar(0.5)));
          parameters.load(Map.of(name, stored));
          assertClose(network(plain, x), network(fast, x));
        }
      }
    }
  }

  @Test
  void gradientsAreThoseOfThePlainReader() {
    CostOps cost = new CostOps();
    network(cost, new long[] {1, 24, 9, 8});
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
        InferenceOps fast = new InferenceOps(parameters)) {
      assertTrue(GradMode.is_enabled());
      Tensor x = torch.randn(1, 24, 9, 8);
      assertTrue(fast.flowSteps("stage", List::of, x).isEmpty());
      network(fast, x).sum().backward();
      Tensor weight = parameters.get("conv.weight");
      assertTrue(largest(weight.grad()) > 0);
    }
  }

  /** Otherwise layers have threads of their own, which wait for the processors of LibTorch's. */
  @Test
  void layersRunOnTheThreadsOfLibTorch() {
    Natives.load();
    assertTrue(Natives.openMpParallel() != 0);
  }

  /** Threads at once, some of them the first to ask for a layer: all have the same bits. */
  @Test
  void threadsShareWhatIsPacked() throws Exception {
    CostOps cost = new CostOps();
    network(cost, new long[] {1, 24, 9, 8});
    Map<String, StoredTensor> stored = drawn(cost);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TensorScope outer = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), stored, SEED);
        InferenceOps fast = new InferenceOps(parameters)) {
      torch.manual_seed(SEED);
      Tensor x = torch.randn(2, 24, 9, 8);
      Callable<float[]> task =
          () -> {
            try (TensorScope scope = TensorScope.open();
                NoGradGuard constant = new NoGradGuard()) {
              return TensorCopy.store(network(fast, x)).toFloats();
            }
          };
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        answers.add(threads.submit(task));
      }
      float[] first = answers.get(0).get();
      for (Future<float[]> answer : answers) {
        assertArrayEquals(first, answer.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  /** A convolution, then a flow stage. */
  private static <V> V network(Ops<V> ops, V x) {
    V y = Layers.conv2d(ops, "conv", x, 18, 3);
    return new FlowStage("stage", 0, 2, FlowStage.ALTERNATING, 1, SoftClamp.TANH)
        .forward(ops, y)
        .value();
  }

  /** Values for what would be drawn all the same, so that an error shows. */
  private static Map<String, StoredTensor> drawn(CostOps cost) {
    Map<String, StoredTensor> values = new LinkedHashMap<>();
    Random random = new Random(SEED);
    for (ParameterSpec spec : cost.parameters()) {
      if (spec.init() instanceof Init.Permutation || spec.init() instanceof Init.Orthogonal) {
        continue;
      }
      long fan = 1;
      for (int d = 1; d < spec.shape().length; d++) {
        fan *= spec.shape()[d];
      }
      float[] numbers = new float[(int) (fan * spec.shape()[0])];
      boolean ofAffine = spec.name().contains(".global_");
      for (int i = 0; i < numbers.length; i++) {
        double normal = random.nextGaussian();
        numbers[i] =
            (float)
                (ofAffine
                    ? normal
                    : spec.shape().length == 1 ? 0.1 * normal : normal / Math.sqrt(fan));
      }
      values.put(spec.name(), StoredTensor.of(numbers, spec.shape()));
    }
    return values;
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertArrayEquals(Tensors.shape(expected), Tensors.shape(actual));
    double bound = ROUNDING * Math.max(1e-3, largest(expected));
    assertEquals(0, largest(actual.sub(expected)), bound);
  }

  private static double largest(Tensor x) {
    return x.abs().max().item_double();
  }
}
