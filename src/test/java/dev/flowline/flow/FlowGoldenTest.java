package dev.flowline.flow;

import static dev.flowline.Golden.absMax;
import static dev.flowline.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.Golden;
import dev.flowline.Tolerance;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FlowGoldenTest {
  @TestFactory
  Stream<DynamicTest> couplingBlocks() throws Exception {
    return Golden.cases("a_", FlowGoldenTest::couplingBlock);
  }

  /** The way that is taken without gradients is libflowline's. */
  @TestFactory
  Stream<DynamicTest> couplingBlocksInOnePass() throws Exception {
    return Golden.cases(
        "a_",
        golden -> {
          try (NoGradGuard constant = new NoGradGuard()) {
            couplingBlock(golden);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> reshapes() throws Exception {
    return Golden.cases("b_", FlowGoldenTest::reshape);
  }

  @TestFactory
  Stream<DynamicTest> graphs() throws Exception {
    return Golden.cases("c_graph", FlowGoldenTest::graph);
  }

  private static void couplingBlock(Golden golden) {
    int kernel = golden.json().at("/config/kernel").asInt();
    CouplingBlock block =
        new CouplingBlock("block", kernel, hiddenRatio(golden), SoftClamp.TANH, 2.0);
    Map<String, StoredTensor> released = new LinkedHashMap<>();
    golden.under("w.").forEach((name, t) -> released.put("block." + name, t));
    Map<String, StoredTensor> state = ReleasedFlowState.toFlowline(released);
    assertArrayEquals(golden.tensor("perm.w_perm").toLongs(), state.get("block.w_perm").toLongs());

    CostOps cost = new CostOps();
    block.forward(cost, golden.tensor("x").shape());
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), state, 0)) {
      TorchOps ops = new TorchOps(parameters);
      Transformed<Tensor> y = block.forward(ops, TensorCopy.tensor(golden.tensor("x")));
      close(golden, "y", y.value(), "y");
      close(golden, "ljd", y.logDetJacobian(), "ljd");
      Transformed<Tensor> x = block.inverse(ops, TensorCopy.tensor(golden.tensor("y")));
      close(golden, "x_from_y", x.value(), "x2");
      close(golden, "ljd_inverse_of_y", x.logDetJacobian(), "ljd2");
      Transformed<Tensor> x2 = block.inverse(ops, TensorCopy.tensor(golden.tensor("y2")));
      close(golden, "x2", x2.value(), "x2");
      close(golden, "ljd2", x2.logDetJacobian(), "ljd2");
    }
  }

  /** Hidden channels by the passive ones; halfway to the next, since the block rounds down. */
  private static double hiddenRatio(Golden golden) {
    double hidden = golden.json().at("/config/mid_channels").asDouble();
    return (hidden + 0.5) / golden.json().at("/config/splits/0").asDouble();
  }

  private static void reshape(Golden golden) {
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      TorchOps ops = new TorchOps(none);
      Tensor up = ops.pixelShuffle2(TensorCopy.tensor(golden.tensor("up.x")));
      assertClose(golden.tensor("up.y"), TensorCopy.store(up), 0, "up.y");
      Tensor down = ops.pixelUnshuffle2(TensorCopy.tensor(golden.tensor("up.inv_in")));
      assertClose(golden.tensor("up.inv_out"), TensorCopy.store(down), 0, "up.inv_out");
    }
    List<String> splits =
        golden.file().tensors().keySet().stream()
            .filter(name -> name.matches("split\\d+\\.x"))
            .map(name -> name.replace("x", ""))
            .toList();
    assertFalse(splits.isEmpty(), "no split in " + golden.name());
    splits.forEach(split -> split(golden, split));
  }

  /** What rises and what stays, seen through a flow whose stages are the identity. */
  private static void split(Golden golden, String split) {
    StoredTensor coarse = golden.tensor(split + "x");
    StoredTensor rising = golden.tensor(split + "out0_to_upsampling");
    long[] shape = coarse.shape();
    StoredTensor fine =
        StoredTensor.of(
            new float[Math.toIntExact(shape[0] * 2 * 4 * shape[2] * shape[3])],
            shape[0],
            2,
            2 * shape[2],
            2 * shape[3]);
    UShapedFlow flow = new UShapedFlow("flow", List.of(2L, shape[1]), 1, SoftClamp.TANH);
    CostOps cost = new CostOps();
    flow.forward(cost, List.of(fine.shape(), shape));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = new Parameters(cost.parameters(), identity(cost), 0)) {
      TorchOps ops = new TorchOps(parameters);
      List<Tensor> latents =
          flow.forward(ops, List.of(TensorCopy.tensor(fine), TensorCopy.tensor(coarse))).values();
      double rounding = 1e-6 * absMax(coarse);
      StoredTensor latent = TensorCopy.store(latents.get(1));
      assertClose(golden.tensor(split + "out1_to_z"), latent, rounding, split + "out1_to_z");
      Tensor risen = ops.slice(latents.get(0), 1, 2, 2 + rising.shape()[1] / 4);
      StoredTensor back = TensorCopy.store(ops.pixelUnshuffle2(risen));
      assertClose(rising, back, rounding, split + "out0_to_upsampling");
    }
  }

  /** Parameters of coupling blocks that change nothing; the affine starts as the identity. */
  private static Map<String, StoredTensor> identity(CostOps cost) {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : cost.parameters()) {
      int elements = Math.toIntExact(spec.elements());
      if (spec.name().endsWith(".w_perm")) {
        state.put(spec.name(), StoredTensor.of(LongStream.range(0, elements).toArray(), elements));
      } else if (spec.name().contains(".subnet.")) {
        state.put(spec.name(), StoredTensor.of(new float[elements], spec.shape()));
      }
    }
    return state;
  }

  /** Reshapes of other sizes than in any file, made by plain loops. */
  @Test
  void reshapesOfOtherSizes() {
    reshape(MadeReshape.golden(3, 40, 6, 2, 1000));
    reshape(MadeReshape.golden(1, 16, 1, 5, 1e-3));
    Golden wrong = MadeReshape.golden(2, 24, 2, 2, 1);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(wrong.file().tensors());
    tensors.put("split24.out1_to_z", wrong.tensor("split24.out0_to_upsampling"));
    Golden swapped = new Golden("swapped", wrong.json(), new Safetensors(Map.of(), tensors));
    assertThrows(AssertionError.class, () -> reshape(swapped));
  }

  private static void graph(Golden golden) {
    List<StoredTensor> features = golden.list("feat");
    List<Long> channels = features.stream().map(f -> f.shape()[1]).toList();
    int steps = golden.json().at("/config/flow_steps").asInt();
    Network network =
        new Network(
            new UShapedFlow("flow", channels, steps, SoftClamp.TANH),
            golden.json().at("/config/layernorm").asBoolean());
    CostOps cost = new CostOps();
    network.forward(cost, features.stream().map(StoredTensor::shape).toList());
    assertEquals(golden.json().path("trainable_params").asLong(), cost.trainableParameters());

    Map<String, StoredTensor> state = ReleasedFlowState.toFlowline(golden.under("w."));
    golden
        .under("perm.")
        .forEach((name, p) -> assertArrayEquals(p.toLongs(), state.get(name).toLongs(), name));
    try (Parameters parameters = new Parameters(cost.parameters(), state, 0)) {
      TorchOps ops = new TorchOps(parameters);
      forwardAndGradients(golden, network, ops, parameters);
      inverse(golden, network, ops);
      try (NoGradGuard constant = new NoGradGuard()) {
        inverse(golden, network, ops);
      }
      fiveAdamSteps(golden, network, ops, parameters);
    }
  }

  private static void forwardAndGradients(
      Golden golden, Network network, TorchOps ops, Parameters parameters) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> features = golden.list("feat").stream().map(TensorCopy::tensor).toList();
      List<Tensor> normalized = network.normalize(ops, features);
      if (network.layerNorm()) {
        for (int i = 0; i < normalized.size(); i++) {
          close(golden, "normalized_feat." + i, normalized.get(i), "z");
        }
      }
      Latents<Tensor> latents = network.forward(ops, features);
      for (int i = 0; i < latents.values().size(); i++) {
        close(golden, "z." + i, latents.values().get(i), "z");
      }
      close(golden, "ljd", latents.logDetJacobian(), "ljd");
      Tensor loss = NegativeLogLikelihood.mean(ops, latents);
      StoredTensor expected = golden.tensor("loss");
      assertEquals(expected.get(0), loss.item_double(), golden.bound("loss", expected));

      loss.backward();
      Map<String, StoredTensor> gradients = golden.under("g.");
      assertEquals(gradients.keySet(), parameters.trainable().keySet());
      parameters
          .trainable()
          .forEach(
              (name, tensor) -> {
                StoredTensor wanted = gradients.get(name);
                assertClose(
                    wanted,
                    TensorCopy.store(tensor.grad()),
                    golden.bound("grad", wanted),
                    "gradient of " + name);
              });
    }
  }

  private static void inverse(Golden golden, Network network, TorchOps ops) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> z = golden.list("inv.z").stream().map(TensorCopy::tensor).toList();
      Latents<Tensor> features = network.flow().inverse(ops, z);
      for (int i = 0; i < z.size(); i++) {
        close(golden, "inv.feat." + i, features.values().get(i), "inv.feat");
      }
      close(golden, "inv.ljd", features.logDetJacobian(), "ljd");
    }
  }

  private static void fiveAdamSteps(
      Golden golden, Network network, TorchOps ops, Parameters parameters) {
    double[] losses = golden.tensor("train.loss").toDoubles();
    double[] rates = golden.tensor("train.lr").toDoubles();
    TensorVector trainable =
        new TensorVector(parameters.trainable().values().toArray(Tensor[]::new));
    AdamOptions options = new AdamOptions(rates[0]);
    options.weight_decay().put(golden.json().at("/config/weight_decay").asDouble());
    try (Adam adam = new Adam(trainable, options)) {
      for (int step = 0; step < losses.length; step++) {
        try (TensorScope scope = TensorScope.open()) {
          List<Tensor> features = golden.list("feat").stream().map(TensorCopy::tensor).toList();
          Tensor loss = NegativeLogLikelihood.mean(ops, network.forward(ops, features));
          double tolerance = golden.tolerance("train.loss") * Math.abs(losses[step]);
          assertEquals(losses[step], loss.item_double(), tolerance, "loss before step " + step);
          if (step < rates.length) {
            adam.zero_grad();
            loss.backward();
            adam.param_groups().get(0).options().set_lr(rates[step]);
            adam.step();
          }
        }
      }
    }
    trained(golden, parameters);
  }

  /** Most weights are as near as the case says of most, all as near as it says of all. */
  private static void trained(Golden golden, Parameters parameters) {
    String text = golden.toleranceText("trained"); // "99.9% of the elements abs 2e-5, all abs 2e-3"
    double share = Tolerance.of(text).number() / 100;
    Tolerance most = Tolerance.behind("elements", text);
    Tolerance all = Tolerance.behind("all", text);
    long beyond = 0;
    long elements = 0;
    for (var entry : golden.under("trained.").entrySet()) {
      if (!parameters.trainable().containsKey(entry.getKey())) {
        continue;
      }
      StoredTensor wanted = entry.getValue();
      StoredTensor actual = TensorCopy.store(parameters.get(entry.getKey()));
      assertClose(wanted, actual, all.bound(wanted), "trained " + entry.getKey());
      for (int i = 0; i < wanted.elements(); i++) {
        beyond += Math.abs(wanted.get(i) - actual.get(i)) > most.bound(wanted) ? 1 : 0;
      }
      elements += wanted.elements();
    }
    assertTrue(elements > 0);
    assertTrue(beyond <= elements * (1 - share), beyond + " of " + elements + " beyond " + most);
  }

  private static void close(Golden golden, String name, Tensor actual, String toleranceOf) {
    StoredTensor expected = golden.tensor(name);
    assertClose(expected, TensorCopy.store(actual), golden.bound(toleranceOf, expected), name);
  }

  private record Network(UShapedFlow flow, boolean layerNorm) {
    <V> List<V> normalize(Ops<V> ops, List<V> features) {
      if (!layerNorm) {
        return features;
      }
      List<V> normalized = new ArrayList<>();
      for (int i = 0; i < features.size(); i++) {
        String name = "feature_extractor.feature_normalizations." + i;
        normalized.add(Layers.layerNormOverImage(ops, name, features.get(i)));
      }
      return normalized;
    }

    <V> Latents<V> forward(Ops<V> ops, List<V> features) {
      return flow.forward(ops, normalize(ops, features));
    }
  }
}
