package dev.flowline.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Init;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In one pass, as without gradients, a block is what its modules are one after the other. */
class CouplingBlockTest {
  private static final double ROUNDING =
      2e-5; // of the largest value; convolutions differ by layout
  private static final long SEED = 20261122;

  @ParameterizedTest
  @CsvSource({
    "TANH, 2, 6, 5, 7, 3",
    "TANH_SCALED, 1.9, 6, 5, 7, 3",
    "TANH, 2, 2, 1, 1, 1",
    "TANH, 2, 9, 3, 2, 3",
    "TANH_SCALED, 0.5, 33, 4, 4, 1",
    "TANH, 2, 84, 16, 20, 3",
    "ATAN, 3, 9, 3, 2, 3",
    "ATAN, 0.6, 34, 5, 4, 1",
  })
  void onePassEqualsItsModules(
      SoftClamp clamp, double alpha, long channels, long height, long width, int kernel) {
    CouplingBlock block = new CouplingBlock("block", kernel, 1, clamp, alpha);
    long[] shape = {3, channels, height, width};
    CostOps cost = new CostOps();
    block.forward(cost, shape);
    torch.manual_seed(SEED);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), drawn(cost), SEED);
        NoGradGuard constant = new NoGradGuard()) {
      TorchOps ops = new TorchOps(parameters);
      assertTrue(ops.couples());
      for (Tensor x : layouts(shape)) {
        Transformed<Tensor> y = block.forward(ops, x);
        assertSame(block.modules().forward(ops, x), y);
        assertSame(block.modules().inverse(ops, x), block.inverse(ops, x));
        Transformed<Tensor> back = block.inverse(ops, y.value());
        double bound = 1e-5 * Math.max(1, largest(y.value()));
        assertEquals(0, largest(back.value().sub(x)), bound, "there and back");
        assertTrue(largest(back.logDetJacobian().add(y.logDetJacobian())) < 1e-2, "signs");
      }
    }
  }

  /** Dense, channels last, and channels of a larger image. */
  private static List<Tensor> layouts(long[] shape) {
    Tensor larger = torch.randn(shape[0], shape[1] + 3, shape[2], shape[3]);
    Tensor part = larger.slice(1, new LongOptional(2), new LongOptional(2 + shape[1]), 1);
    assertFalse(part.is_contiguous() && shape[1] > 1);
    return List.of(torch.randn(shape), Tensors.channelsLast(torch.randn(shape)), part);
  }

  private static void assertSame(Transformed<Tensor> wanted, Transformed<Tensor> actual) {
    double bound = ROUNDING * Math.max(1, largest(wanted.value()));
    assertEquals(0, largest(actual.value().sub(wanted.value())), bound);
    // LibTorch sums the log-scales in float32.
    double perImage = 1e-6 * wanted.value().numel() / wanted.value().size(0);
    double difference = largest(actual.logDetJacobian().sub(wanted.logDetJacobian()));
    assertEquals(0, difference, 1e-5 + perImage);
  }

  private static double largest(Tensor x) {
    return x.abs().max().item_double();
  }

  /** Weights under which clamp, gain and offset matter. */
  private static Map<String, StoredTensor> drawn(CostOps cost) {
    Random random = new Random(SEED);
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    for (ParameterSpec spec : cost.parameters()) {
      if (spec.init() instanceof Init.Permutation) {
        continue;
      }
      float[] values = new float[(int) spec.elements()];
      for (int i = 0; i < values.length; i++) {
        double spread = spec.name().contains("subnet.2") ? 2 : 0.5;
        double centre = spec.name().endsWith("global_scale") ? 10 : 0;
        values[i] = (float) (centre + spread * random.nextGaussian());
      }
      weights.put(spec.name(), StoredTensor.of(values, spec.shape()));
    }
    return weights;
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void gradientsAreRecordedWhereTheyAreWanted(boolean wanted) {
    CouplingBlock block = new CouplingBlock("block", 1, 1, SoftClamp.TANH, 2);
    CostOps cost = new CostOps();
    long[] shape = {1, 4, 2, 2};
    block.forward(cost, shape);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), Map.of(), SEED)) {
      TorchOps ops = new TorchOps(parameters);
      Tensor x = torch.randn(shape);
      if (wanted) {
        assertFalse(ops.couples());
        assertTrue(block.forward(ops, x).value().requires_grad());
      } else {
        try (NoGradGuard constant = new NoGradGuard()) {
          assertFalse(block.forward(ops, x).value().requires_grad());
        }
      }
    }
  }
}
