package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.flow.FlowStage;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** A parameter that libflowline refuses is seen, wherever it is. */
class FiniteStepsTest {
  private static final FlowStage STAGE =
      new FlowStage("stage", 0, 2, FlowStage.ALTERNATING, 1, SoftClamp.TANH);

  @Test
  void oneElementOfAnyParameterDecides() {
    CostOps cost = new CostOps();
    STAGE.forward(cost, new long[] {1, 6, 4, 4});
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), Map.of(), 1)) {
      List<FlowStep<Tensor>> steps = steps(parameters);
      assertEquals(2, steps.size());
      assertTrue(FlowTape.areFinite(steps));
      int tried = 0;
      for (String name : parameters.trainable().keySet()) {
        StoredTensor before = TensorCopy.store(parameters.get(name));
        for (float wrong : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
          float[] values = before.toFloats();
          values[values.length - 1] = wrong;
          parameters.load(Map.of(name, StoredTensor.of(values, before.shape())));
          assertFalse(FlowTape.areFinite(steps(parameters)), name + " has " + wrong);
          tried++;
        }
        parameters.load(Map.of(name, before));
        assertTrue(FlowTape.areFinite(steps(parameters)), name);
      }
      assertEquals(2 * 6 * 3, tried);
    }
  }

  /** The steps that a reader of this network is asked to run at once. */
  private static List<FlowStep<Tensor>> steps(Parameters parameters) {
    List<FlowStep<Tensor>> steps = new ArrayList<>();
    TorchOps ops =
        new TorchOps(parameters) {
          @Override
          public Optional<Coupling.Result<Tensor>> flowSteps(
              String name, Supplier<List<FlowStep<Tensor>>> all, Tensor x) {
            steps.addAll(all.get());
            return Optional.empty();
          }
        };
    STAGE.forward(ops, torch.zeros(1, 6, 4, 4));
    return steps;
  }
}
