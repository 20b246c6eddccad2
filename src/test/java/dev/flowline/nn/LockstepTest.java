package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.extractor.CaiT;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.extractor.MsCaiT;
import dev.flowline.extractor.PatchPca;
import dev.flowline.extractor.ResNet;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.UShapedFlow;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Lockstep.Both;
import dev.flowline.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CostOps foretells every shape that TorchOps makes, operation by operation. */
class LockstepTest {
  private static final CaiT.Variant FINE = new CaiT.Variant("fine", 16, 2, 2, 2, 64);
  private static final CaiT.Variant COARSE = new CaiT.Variant("coarse", 8, 2, 2, 2, 32);

  private static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(new ResNet(ResNet.Variant.RESNET18), 32, 64),
        Arguments.of(new ResNet(ResNet.Variant.RESNET34), 64, 32),
        Arguments.of(new ResNet(ResNet.Variant.WIDE_RESNET50_2), 32, 32),
        Arguments.of(new CaiT(FINE), 64, 64),
        Arguments.of(new MsCaiT(FINE, COARSE), 64, 64),
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
      Tensor pixels = Parameters.tensor(StoredTensor.of(new float[6 * height * width], image));
      List<Both> seen =
          extractor.normalize(both, extractor.features(both, new Both(image, pixels)));
      Latents<Both> latents = flow.forward(both, seen);
      Latents<Both> back = flow.inverse(both, latents.values());
      for (int i = 0; i < seen.size(); i++) {
        assertArrayEquals(foretold.values().get(i), latents.values().get(i).shape());
        assertArrayEquals(seen.get(i).shape(), back.values().get(i).shape());
      }
      assertEquals(asked.parameters(), cost.parameters());
      assertEquals(asked.multiplyAccumulates(), cost.multiplyAccumulates());
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
