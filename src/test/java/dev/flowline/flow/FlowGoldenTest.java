package dev.flowline.flow;

import static dev.flowline.Golden.absMax;
import static dev.flowline.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.Golden;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.DynamicTest;
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
    CouplingBlock block = new CouplingBlock("block", kernel, 1.0, SoftClamp.TANH, 2.0);
    Map<String, StoredTensor> released = new LinkedHashMap<>();
    golden.under("w.").forEach((name, t) -> released.put("block." + name, t));
    Map<String, StoredTensor> state = ReleasedFlowState.toFlowline(released);
    assertArrayEquals(golden.tensor("perm.w_perm").toLongs(), state.get("block.w_perm").toLongs());

    CostOps cost = new CostOps();
    block.forward(cost, golden.tensor("x").shape());
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), state, 0)) {
      TorchOps ops = new TorchOps(parameters);
      Transformed<Tensor> y = block.forward(ops, Parameters.tensor(golden.tensor("x")));
      close(golden, "y", y.value(), golden.tolerance("y"));
      close(golden, "ljd", y.logDetJacobian(), golden.tolerance("ljd"));
      Transformed<Tensor> x = block.inverse(ops, Parameters.tensor(golden.tensor("y")));
      close(golden, "x_from_y", x.value(), golden.tolerance("x2"));
      close(golden, "ljd_inverse_of_y", x.logDetJacobian(), golden.tolerance("ljd2"));
      Transformed<Tensor> x2 = block.inverse(ops, Parameters.tensor(golden.tensor("y2")));
      close(golden, "x2", x2.value(), golden.tolerance("x2"));
      close(golden, "ljd2", x2.logDetJacobian(), golden.tolerance("ljd2"));
    }
  }

  private static void reshape(Golden golden) {
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      TorchOps ops = new TorchOps(none);
      close(golden, "up.y", ops.pixelShuffle2(Parameters.tensor(golden.tensor("up.x"))), 0);
      close(
          golden,
          "up.inv_out",
          ops.pixelUnshuffle2(Parameters.tensor(golden.tensor("up.inv_in"))),
          0);
    }
    // Split and concatenation: what rises and what stays, seen through a flow of identity stages.
    for (int channels : new int[] {16, 20, 23}) {
      assertArrayEquals(
          new long[] {2, 4 * (channels / 8), 4, 4},
          golden.tensor("split" + channels + ".out0_to_upsampling").shape());
      UShapedFlow flow = new UShapedFlow("flow", List.of(8L, (long) channels), 1, SoftClamp.TANH);
      CostOps cost = new CostOps();
      Latents<long[]> latents =
          flow.forward(cost, List.of(new long[] {2, 8, 8, 8}, new long[] {2, channels, 4, 4}));
      assertArrayEquals(
          golden.tensor("split" + channels + ".out1_to_z").shape(), latents.values().get(1));
    }
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
      List<Tensor> features = golden.list("feat").stream().map(Parameters::tensor).toList();
      List<Tensor> normalized = network.normalize(ops, features);
      if (network.layerNorm()) {
        for (int i = 0; i < normalized.size(); i++) {
          close(golden, "normalized_feat." + i, normalized.get(i), golden.tolerance("z"));
        }
      }
      Latents<Tensor> latents = network.forward(ops, features);
      for (int i = 0; i < latents.values().size(); i++) {
        close(golden, "z." + i, latents.values().get(i), golden.tolerance("z"));
      }
      close(golden, "ljd", latents.logDetJacobian(), golden.tolerance("ljd"));
      Tensor loss = NegativeLogLikelihood.mean(ops, latents);
      double expected = golden.tensor("loss").get(0);
      assertEquals(expected, loss.item_double(), golden.tolerance("loss") * Math.abs(expected));

      loss.backward();
      Map<String, StoredTensor> gradients = golden.under("g.");
      assertEquals(gradients.keySet(), parameters.trainable().keySet());
      parameters
          .trainable()
          .forEach(
              (name, tensor) -> {
                StoredTensor wanted = gradients.get(name);
                double tolerance = golden.tolerance("grad") * absMax(wanted);
                assertClose(
                    wanted, Parameters.store(tensor.grad()), tolerance, "gradient of " + name);
              });
    }
  }

  private static void inverse(Golden golden, Network network, TorchOps ops) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> z = golden.list("inv.z").stream().map(Parameters::tensor).toList();
      Latents<Tensor> features = network.flow().inverse(ops, z);
      for (int i = 0; i < z.size(); i++) {
        close(golden, "inv.feat." + i, features.values().get(i), golden.tolerance("inv.feat"));
      }
      close(golden, "inv.ljd", features.logDetJacobian(), golden.tolerance("ljd"));
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
          List<Tensor> features = golden.list("feat").stream().map(Parameters::tensor).toList();
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
    long beyond = 0;
    long elements = 0;
    for (var entry : golden.under("trained.").entrySet()) {
      if (!parameters.trainable().containsKey(entry.getKey())) {
        continue;
      }
      StoredTensor wanted = entry.getValue();
      StoredTensor actual = Parameters.store(parameters.get(entry.getKey()));
      assertClose(wanted, actual, 2e-3, "trained " + entry.getKey());
      for (int i = 0; i < wanted.elements(); i++) {
        beyond += Math.abs(wanted.get(i) - actual.get(i)) > 2e-5 ? 1 : 0;
      }
      elements += wanted.elements();
    }
    assertTrue(elements > 0);
    assertTrue(beyond <= elements / 1000, beyond + " of " + elements + " beyond 2e-5");
  }

  private static void close(Golden golden, String name, Tensor actual, double tolerance) {
    assertClose(golden.tensor(name), Parameters.store(actual), tolerance, name);
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
