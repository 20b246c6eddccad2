package dev.flowline.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of every invertible module, against autograd's Jacobian. */
class InvertibleModuleTest {
  private static final long[][] SHAPES = {{2, 6, 1, 1}, {1, 2, 3, 1}, {2, 5, 2, 3}, {1, 9, 3, 2}};

  static Stream<InvertibleModule> modules() {
    return Stream.of(
        new AffineCoupling("m", 3, 1.0, SoftClamp.TANH, 2.0),
        new AffineCoupling("m", 1, 1.7, SoftClamp.TANH_SCALED, 1.9),
        new GlobalAffine("m"),
        new ChannelPermutation("m"),
        new AffineCoupling("m", 3, 0.6, SoftClamp.ATAN, 3.0),
        new SoftPermutation("m"),
        new PositionWhitening("m"),
        new HierarchicalCoupling("m", 2, 3, 5),
        new CouplingBlock("m", 3, 1.0, SoftClamp.TANH_SCALED, 2.0),
        new CouplingBlock("m", 3, 1.0, SoftClamp.ATAN, 3.0),
        new FlowSequence(
            List.of(
                new CouplingBlock("m.0", 3, 1.0, SoftClamp.TANH, 2.0),
                new CouplingBlock("m.1", 1, 0.5, SoftClamp.TANH, 2.0))));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void inverseUndoesForwardAndLogDetIsThatOfTheJacobian(InvertibleModule module) {
    for (long[] shape : SHAPES) {
      CostOps cost = new CostOps();
      module.forward(cost, shape);
      try (TensorScope scope = TensorScope.open();
          Parameters parameters =
              new Parameters(cost.parameters(), strong(cost, shape[1] * 31 + 7), 3)) {
        TorchOps ops = new TorchOps(parameters);
        Tensor x = torch.randn(shape).set_requires_grad(true);
        Transformed<Tensor> y = module.forward(ops, x);
        Transformed<Tensor> back = module.inverse(ops, y.value().detach());

        assertTrue(
            largest(back.value().sub(x)) < 2e-5 * Math.max(1, largest(x)), module + " inverse");
        assertTrue(largest(back.logDetJacobian().add(y.logDetJacobian())) < 1e-4, module + " sign");
        for (int n = 0; n < shape[0]; n++) {
          double expected = logDetOfJacobian(x, y.value(), n);
          assertEquals(expected, y.logDetJacobian().get(n).item_double(), 1e-4, module.toString());
        }
      }
    }
  }

  @Test
  void uShapedFlowIsInvertibleAtAwkwardSizes() {
    long[][][] pyramids = {
      {{1, 2, 1, 1}},
      {{2, 3, 2, 6}, {2, 8, 1, 3}},
      {{1, 3, 4, 4}, {1, 9, 2, 2}, {1, 11, 1, 1}},
      {{1, 2, 8, 8}, {1, 8, 4, 4}, {1, 13, 2, 2}, {1, 9, 1, 1}}
    };
    for (long[][] pyramid : pyramids) {
      List<Long> channels = Stream.of(pyramid).map(s -> s[1]).toList();
      UShapedFlow flow = new UShapedFlow("flow", channels, 2, SoftClamp.TANH);
      CostOps cost = new CostOps();
      flow.forward(cost, List.of(pyramid));
      try (TensorScope scope = TensorScope.open();
          Parameters parameters = new Parameters(cost.parameters(), strong(cost, 11), 3)) {
        TorchOps ops = new TorchOps(parameters);
        List<Tensor> features = new ArrayList<>();
        for (long[] shape : pyramid) {
          features.add(torch.randn(shape).set_requires_grad(true));
        }
        Latents<Tensor> z = flow.forward(ops, features);
        long dimensions = features.stream().mapToLong(f -> f.numel()).sum();
        assertEquals(dimensions, z.values().stream().mapToLong(f -> f.numel()).sum());
        Latents<Tensor> back = flow.inverse(ops, z.values());
        for (int i = 0; i < features.size(); i++) {
          assertTrue(
              largest(back.values().get(i).sub(features.get(i))) < 5e-5, channels.toString());
        }
        assertTrue(largest(back.logDetJacobian().add(z.logDetJacobian())) < 1e-3);
        for (int n = 0; n < pyramid[0][0]; n++) {
          double expected = logDetOfJacobian(features, z.values(), n);
          assertEquals(
              expected, z.logDetJacobian().get(n).item_double(), 1e-3, channels.toString());
        }
      }
    }
  }

  @Test
  void countsEqualThePublishedOnes() {
    assertEquals(12_216_480, trainable(new long[] {1, 768, 28, 28}, new long[] {1, 384, 14, 14}));
    assertEquals(8_858_112, trainable(new long[] {1, 768, 28, 28}));
    CostOps cost = new CostOps();
    new UShapedFlow("flow", List.of(768L, 384L), 4, SoftClamp.TANH)
        .forward(cost, List.of(new long[] {1, 768, 28, 28}, new long[] {1, 384, 14, 14}));
    assertEquals(8.26e9, cost.multiplyAccumulates(), 0.005e9);
  }

  @Test
  void badConfigurationNamesArgumentAndValue() {
    assertMessage("steps must be at least 1, got 0", () -> flow(0, 8));
    assertMessage("at least one scale", () -> flow(4));
    assertMessage("8 channels", () -> flow(4, 64, 7));
    assertMessage(
        "half the height",
        () ->
            flow(4, 8, 8)
                .forward(new CostOps(), List.of(new long[] {1, 8, 5, 4}, new long[] {1, 8, 2, 2})));
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static UShapedFlow flow(int steps, long... channels) {
    return new UShapedFlow(
        "flow", java.util.Arrays.stream(channels).boxed().toList(), steps, SoftClamp.TANH);
  }

  private static long trainable(long[]... features) {
    List<Long> channels = Stream.of(features).map(s -> s[1]).toList();
    CostOps cost = new CostOps();
    new UShapedFlow("flow", channels, 4, SoftClamp.TANH).forward(cost, List.of(features));
    return cost.trainableParameters();
  }

  /** Parameters far from the identity, so that a wrong sign or factor shows. */
  static Map<String, StoredTensor> strong(CostOps cost, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    cost.parameters().stream()
        .filter(spec -> spec.init().learned())
        .forEach(
            spec -> {
              float[] values = new float[(int) spec.elements()];
              boolean scale = spec.name().endsWith("global_scale");
              boolean variance = spec.name().endsWith("running_var");
              double low = scale ? 4 : variance ? 0.3 : -1;
              double high = scale ? 16 : variance ? 3 : 1;
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(low, high);
              }
              if (spec.name().endsWith(".mixing")) {
                strictlyLowerTriangular(values, (int) spec.shape()[2]);
              }
              state.put(spec.name(), StoredTensor.of(values, spec.shape()));
            });
    return state;
  }

  private static void strictlyLowerTriangular(float[] matrices, int side) {
    for (int i = 0; i < matrices.length; i++) {
      matrices[i] = i % side < i / side % side ? matrices[i] : 0;
    }
  }

  static double largest(Tensor x) {
    return x.abs().max().item_double();
  }

  private static double logDetOfJacobian(Tensor x, Tensor y, int sample) {
    return logDetOfJacobian(List.of(x), List.of(y), sample);
  }

  /** log |det ∂y/∂x| of one sample, row by row of the Jacobian. */
  static double logDetOfJacobian(List<Tensor> xs, List<Tensor> ys, int sample) {
    List<Tensor> rows = new ArrayList<>();
    for (Tensor y : ys) {
      for (long i = 0; i < y.numel() / y.size(0); i++) {
        Tensor unit = torch.zeros(Tensors.shape(y));
        unit.get(sample).view(-1).get(i).fill_(new org.bytedeco.pytorch.Scalar(1.0));
        xs.forEach(x -> x.mutable_grad().reset());
        y.backward(unit, new BoolOptional(true), false, new TensorArrayRefOptional());
        Tensor[] parts =
            xs.stream().map(x -> gradient(x).get(sample).reshape(-1)).toArray(Tensor[]::new);
        rows.add(torch.cat(new TensorVector(parts), 0));
      }
    }
    Tensor jacobian = torch.stack(new TensorVector(rows.toArray(Tensor[]::new)), 0);
    return torch.linalg_slogdet(jacobian.to(ScalarType.Double)).get1().item_double();
  }

  private static Tensor gradient(Tensor x) {
    return x.grad().defined() ? x.grad() : torch.zeros_like(x);
  }
}
