package dev.flowline.flow;

import static dev.flowline.flow.InvertibleModuleTest.largest;
import static dev.flowline.flow.InvertibleModuleTest.logDetOfJacobian;
import static dev.flowline.flow.InvertibleModuleTest.strong;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.nn.TrainingOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the flows over several scales, against autograd's Jacobian of all of them. */
class FlowContractTest {
  private static final List<long[]> VECTOR = List.of(new long[] {2, 7, 1, 1});
  private static final List<long[]> ONE = List.of(new long[] {2, 7, 2, 3});
  private static final List<long[]> HALVING =
      List.of(new long[] {2, 3, 3, 4}, new long[] {2, 5, 2, 2}, new long[] {2, 2, 1, 1});
  private static final List<long[]> ANY =
      List.of(new long[] {2, 5, 2, 3}, new long[] {2, 2, 4, 1}, new long[] {2, 9, 1, 1});

  static Stream<Arguments> flows() {
    return Stream.of(
        Arguments.of(glow(new CrossScaleSubnet(3, 4)), HALVING),
        Arguments.of(glow(new CrossScaleSubnet(1, 3)), HALVING),
        Arguments.of(glow(new CrossScaleSubnet(5, 2)), ONE),
        Arguments.of(glow(new PerceptronSubnet(List.of(6L, 5L))), VECTOR),
        Arguments.of(glow(new PerceptronSubnet(List.of())), VECTOR),
        Arguments.of(
            new FlowChain(
                List.of(
                    new PerScale(
                        List.of(
                            new ChannelPermutation("p.0"),
                            new ChannelPermutation("p.1"),
                            new ChannelPermutation("p.2"))),
                    glow(new CrossScaleSubnet(3, 3)))),
            HALVING),
        Arguments.of(new ConditionalFlow("c", 2, 8, SoftClamp.TANH, 1.9), ANY),
        Arguments.of(new ConditionalFlow("c", 1, 4, SoftClamp.TANH_SCALED, 1.9), ONE),
        Arguments.of(hierarchical(2), ONE),
        Arguments.of(hierarchical(3), ONE), // widths 3, 3, 1
        Arguments.of(hierarchical(4), ONE), // widths 2, 2, 2, 1
        Arguments.of(hierarchical(7), ONE),
        Arguments.of(
            new PerScale(
                List.of(
                    new CouplingBlock("f.0", 3, 1.0, SoftClamp.TANH, 2.0),
                    new CouplingBlock("f.1", 1, 1.0 / 3, SoftClamp.TANH, 2.0),
                    new GlobalAffine("f.2"))),
            ANY));
  }

  private static Flow glow(Subnet subnet) {
    return new GlowCoupling("g", subnet);
  }

  private static Flow hierarchical(int parts) {
    return new PerScale(
        List.of(
            new FlowSequence(
                List.of(
                    new HierarchicalCoupling("h.0", parts, 3, 4),
                    new SoftPermutation("h.1"),
                    new HierarchicalCoupling("h.2", parts, 1, 5)))));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void inverseUndoesForwardAndLogDetIsThatOfTheJacobian(Flow flow, List<long[]> shapes) {
    CostOps cost = new CostOps();
    flow.forward(cost, shapes);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), strong(cost, 5), 3)) {
      TorchOps ops = new TorchOps(parameters);
      torch.manual_seed(17);
      List<Tensor> x = new ArrayList<>();
      shapes.forEach(shape -> x.add(torch.randn(shape).set_requires_grad(true)));
      Latents<Tensor> z = flow.forward(ops, x);
      Latents<Tensor> back = flow.inverse(ops, z.values());
      for (int scale = 0; scale < x.size(); scale++) {
        assertArrayEquals(shapes.get(scale), Tensors.shape(z.values().get(scale)));
        double error = largest(back.values().get(scale).sub(x.get(scale)));
        double rounding = 1e-4 * Math.max(1, largest(z.values().get(scale)) / 50);
        assertTrue(error < rounding, flow + " is not undone at scale " + scale + ": " + error);
        assertTrue(largest(z.values().get(scale).sub(x.get(scale))) > 0.1, flow + " does nothing");
      }
      assertTrue(largest(back.logDetJacobian().add(z.logDetJacobian())) < 1e-3, flow + " sign");
      for (int n = 0; n < shapes.get(0)[0]; n++) {
        double expected = logDetOfJacobian(x, z.values(), n);
        assertEquals(expected, z.logDetJacobian().get(n).item_double(), 2e-4, flow.toString());
      }
    }
  }

  /** A batch norm in training ties the samples together: the whole batch is one bijection then. */
  @Test
  void withBatchStatisticsTheLogDetIsThatOfTheWholeBatch() {
    Flow flow = hierarchical(3);
    List<long[]> shapes = List.of(new long[] {3, 5, 2, 1});
    CostOps cost = new CostOps();
    flow.forward(cost, shapes);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), strong(cost, 8), 3)) {
      TrainingOps ops = new TrainingOps(parameters);
      torch.manual_seed(3);
      Tensor whole = torch.randn(1, 3 * 5 * 2).set_requires_grad(true);
      Latents<Tensor> z = flow.forward(ops, List.of(whole.reshape(3, 5, 2, 1)));
      Tensor flat = z.values().get(0).reshape(1, 3 * 5 * 2);
      double expected = logDetOfJacobian(List.of(whole), List.of(flat), 0);
      assertEquals(expected, z.logDetJacobian().sum().item_double(), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void everyTrainableParameterGetsAFiniteGradientFromTheStart(Flow flow, List<long[]> shapes) {
    CostOps cost = new CostOps();
    flow.forward(cost, shapes);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), java.util.Map.of(), 9)) {
      TrainingOps ops = new TrainingOps(parameters);
      torch.manual_seed(4);
      List<Tensor> x = shapes.stream().map(torch::randn).toList();
      NegativeLogLikelihood.mean(ops, flow.forward(ops, x)).backward();
      parameters
          .trainable()
          .forEach(
              (name, tensor) -> {
                assertTrue(tensor.grad().defined(), name + " has no part in the loss");
                assertTrue(tensor.grad().isfinite().all().item_bool(), name);
              });
    }
  }

  @Test
  void theCountsOfTheCouplingsFollowFromTheirEquations() {
    // 2 halves of 3 and 2 channels: F2 takes 2 and gives 2·3, F1 takes 3 and gives 2·2.
    List<long[]> shapes = List.of(new long[] {1, 5, 1, 1});
    assertEquals(
        (2 * 4 + 4) + (4 * 6 + 6) + (3 * 4 + 4) + (4 * 4 + 4),
        trainable(glow(new PerceptronSubnet(List.of(4L))), shapes));
    // With the scalar γ of F1 and F2.
    assertEquals(
        (2 * 4 + 4) + (4 * 6 + 6) + (3 * 4 + 4) + (4 * 4 + 4) + 2,
        trainable(glow(new CrossScaleSubnet(1, 4)), shapes));
    // 3 sub-features of 2, 2 and 1: two modules, each with a batch norm's weight and bias.
    assertEquals(
        (2 * 4 + 4) + 2 * 4 + (4 * 4 + 4) + (2 * 4 + 4) + 2 * 4 + (4 * 2 + 2),
        trainable(new PerScale(List.of(new HierarchicalCoupling("h", 3, 1, 4))), shapes));
  }

  private static long trainable(Flow flow, List<long[]> shapes) {
    CostOps cost = new CostOps();
    flow.forward(cost, shapes);
    return cost.parameters().stream()
        .filter(spec -> spec.init().trainable())
        .mapToLong(ParameterSpec::elements)
        .sum();
  }

  @Test
  void whatDoesNotFitIsNamed() {
    says("s = 6 does not fit 9 channels", () -> run(hierarchical(6), new long[] {1, 9, 2, 2}));
    says("s = 8 does not fit 7 channels", () -> run(hierarchical(8), new long[] {1, 7, 2, 2}));
    says("s must be at least 2, got 1", () -> hierarchical(1));
    says("at least 2 channels, got 1", () -> run(glow(new CrossScaleSubnet(3, 2)), one(1, 4, 4)));
    says(
        "half the height", () -> run(glow(new CrossScaleSubnet(3, 2)), one(4, 4, 4), one(4, 3, 2)));
    says("(N, C, 1, 1)", () -> run(glow(new PerceptronSubnet(List.of(2L))), one(4, 2, 1)));
    says("kernel must be odd and positive, got 2", () -> new CrossScaleSubnet(2, 4));
    says("hidden must be at least 1, got 0", () -> new CrossScaleSubnet(3, 0));
    says(
        "codeDimensions must be a positive multiple of 4, got 6",
        () -> new ConditionalFlow("c", 1, 6, SoftClamp.TANH, 1.9));
    says(
        "the flow has 1 scales, got features at 2",
        () -> run(new PerScale(List.of(new GlobalAffine("a"))), one(4, 2, 2), one(4, 1, 1)));
  }

  private static long[] one(long channels, long height, long width) {
    return new long[] {1, channels, height, width};
  }

  private static void run(Flow flow, long[]... shapes) {
    flow.forward(new CostOps(), List.of(shapes));
  }

  private static void says(String part, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
