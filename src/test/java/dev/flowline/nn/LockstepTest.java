package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.extractor.AlexNet;
import dev.flowline.extractor.CaiT;
import dev.flowline.extractor.Deit;
import dev.flowline.extractor.EfficientNet;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.extractor.MViT;
import dev.flowline.extractor.MsCaiT;
import dev.flowline.extractor.MsEfficientNet;
import dev.flowline.extractor.PatchPca;
import dev.flowline.extractor.ResNet;
import dev.flowline.extractor.Swin;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.UShapedFlow;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyMaps;
import dev.flowline.model.CFlow;
import dev.flowline.model.CsFlow;
import dev.flowline.model.DifferNet;
import dev.flowline.model.FastFlow;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.MsFlow;
import dev.flowline.model.UFlow;
import dev.flowline.nn.Lockstep.Both;
import dev.flowline.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CostOps foretells every shape that TorchOps makes, operation by operation. */
class LockstepTest {
  private static final CaiT.Variant FINE = new CaiT.Variant("fine", 16, 2, 2, 2, 64);
  private static final CaiT.Variant COARSE = new CaiT.Variant("coarse", 8, 2, 2, 2, 32);

  private static final EfficientNet.Variant SMALL =
      new EfficientNet.Variant("small", 0.25, 0.3, EfficientNet.Padding.SAME, 1e-3);
  private static final Swin.Variant SWIN =
      new Swin.Variant("swin", 8, List.of(2, 2), List.of(2, 2), 3, 24);

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(new ResNet(ResNet.Variant.RESNET18), 32, 64),
        Arguments.of(new ResNet(ResNet.Variant.RESNET34), 64, 32),
        Arguments.of(new ResNet(ResNet.Variant.WIDE_RESNET50_2), 32, 32),
        Arguments.of(new CaiT(FINE), 64, 64),
        Arguments.of(new MsCaiT(FINE, COARSE), 64, 64),
        Arguments.of(new ResNet(ResNet.Variant.RESNET18, ResNet.Output.COARSE), 32, 64),
        Arguments.of(new EfficientNet(SMALL), 32, 64),
        Arguments.of(new MsEfficientNet(new EfficientNet(SMALL, List.of(5)), 2), 128, 64),
        Arguments.of(new Swin(SWIN), 40, 24),
        Arguments.of(new MViT(new MViT.Variant("mvit", 8, List.of(1, 1, 1), 32)), 32, 32),
        Arguments.of(new Deit(new Deit.Variant("deit", 8, 2, 2, 1, 32)), 32, 32),
        Arguments.of(new AlexNet(), 252, 256),
        Arguments.of(new PatchPca(PatchPca.Settings.DEFAULT), 48, 80),
        Arguments.of(new PatchPca(new PatchPca.Settings(1, 7, 3)), 20, 12));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shapesOfExtractorAndFlowAgree(FeatureExtractor extractor, int height, int width) {
    long[] image = {2, 3, height, width};
    CostOps asked = new CostOps();
    List<long[]> features = extractor.normalize(asked, extractor.features(asked, image));
    List<Long> channels = features.stream().map(shape -> shape[1]).toList();
    UShapedFlow flow = new UShapedFlow("flow", channels, 3, SoftClamp.TANH);
    Latents<long[]> foretold = flow.forward(asked, features);
    flow.inverse(asked, foretold.values());

    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = new Parameters(asked.parameters(), frozen(asked), 1)) {
      CostOps cost = new CostOps();
      Ops<Both> both = Lockstep.of(cost, new TorchOps(parameters));
      Tensor pixels = TensorCopy.tensor(StoredTensor.of(new float[6 * height * width], image));
      List<Both> seen =
          extractor.normalize(both, extractor.features(both, new Both(image, pixels)));
      Latents<Both> latents = flow.forward(both, seen);
      AnomalyMaps.unlikelihood(both, latents.values(), height, width);
      Latents<Both> back = flow.inverse(both, latents.values());
      for (int i = 0; i < seen.size(); i++) {
        assertArrayEquals(foretold.values().get(i), latents.values().get(i).shape());
        assertArrayEquals(seen.get(i).shape(), back.values().get(i).shape());
      }
      assertEquals(asked.parameters(), cost.parameters());
      assertEquals(asked.multiplyAccumulates(), cost.multiplyAccumulates());
    }
  }

  static Stream<Arguments> methods() {
    List<long[]> halving =
        List.of(new long[] {2, 9, 5, 8}, new long[] {2, 6, 3, 4}, new long[] {2, 4, 2, 2});
    UFlow.Arrangement separate = UFlow.Arrangement.SEPARATE;
    return Stream.of(
        Arguments.of(new UFlow(2, SoftClamp.TANH, separate, null), halving),
        Arguments.of(new FastFlow(3, List.of(3, 1), 1.0 / 3, SoftClamp.TANH), halving),
        Arguments.of(new CsFlow(List.of(3, 5), 7), halving),
        Arguments.of(new CFlow(2, 8, SoftClamp.TANH, 16), halving),
        Arguments.of(new MsFlow(3, List.of(3, 1), 6), halving.subList(0, 2)),
        Arguments.of(new DifferNet(2, List.of(5L, 4L), 0, 0), List.of(new long[] {2, 9, 1, 1})));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shapesOfFlowLossMapAndScoreAgree(FlowMethod method, List<long[]> shapes) {
    Flow flow = method.flow(shapes);
    CostOps asked = new CostOps();
    method.anomalyMap(asked, flow.forward(asked, shapes), 11, 7);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = new Parameters(asked.parameters(), Map.of(), 1)) {
      CostOps cost = new CostOps();
      Ops<Both> both = Lockstep.of(cost, new TorchOps(parameters));
      List<Both> features = shapes.stream().map(s -> new Both(s, torch.randn(s))).toList();
      Latents<Both> latents = flow.forward(both, features);
      assertArrayEquals(new long[] {2}, latents.logDetJacobian().shape());
      Both map = method.anomalyMap(both, latents, 11, 7);
      assertArrayEquals(new long[] {2, 1, 11, 7}, map.shape());
      assertArrayEquals(new long[] {2}, method.anomalyScore(both, latents, map).shape());
      assertArrayEquals(new long[0], method.loss(both, latents).shape());
      method
          .maxima(both, latents)
          .values()
          .forEach(m -> assertArrayEquals(new long[] {2}, m.shape()));
      Latents<Both> back = flow.inverse(both, latents.values());
      for (int i = 0; i < shapes.size(); i++) {
        assertArrayEquals(shapes.get(i), latents.values().get(i).shape());
        assertArrayEquals(shapes.get(i), back.values().get(i).shape());
      }
      assertEquals(asked.parameters(), cost.parameters());
    }
  }

  private static Map<String, StoredTensor> frozen(CostOps asked) {
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    asked.parameters().stream()
        .filter(spec -> spec.init() instanceof Init.Frozen)
        .forEach(
            spec -> {
              float[] zeros = new float[(int) spec.elements()];
              weights.put(spec.name(), StoredTensor.of(zeros, spec.shape()));
            });
    return weights;
  }
}
