package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.extractor.Backbone;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At inference CL-Flow is its base: the same parameters, the same work, the same bits. */
class ClFlowTest {
  private static final int SIZE = 32;

  @ParameterizedTest
  @EnumSource(ClFlow.Base.class)
  void addsNoParameterAndNoWork(ClFlow.Base base) {
    ModelConfig own = TinyLine.config(ModelKind.CL_FLOW, on(base), SIZE, SIZE, 7);
    ModelKind kind = base == ClFlow.Base.U_FLOW ? ModelKind.U_FLOW : ModelKind.FASTFLOW;
    ModelConfig bare = TinyLine.config(kind, on(base).bare(), SIZE, SIZE, 7);
    Cost cost = Cost.of(own);
    assertEquals(Cost.of(bare).trainableParameters(), cost.trainableParameters());
    assertEquals(Cost.of(bare).flowMacs(), cost.flowMacs());
    assertEquals(Cost.of(bare).extractorMacs(), cost.extractorMacs());
    assertEquals(asked(bare), asked(own));
    try (AnomalyModel ours = AnomalyModel.create(own, TinyLine.drawnExtractor(own));
        AnomalyModel theirs = AnomalyModel.create(bare, TinyLine.drawnExtractor(bare))) {
      assertEquals(
          List.copyOf(theirs.parameters().store().entrySet()).toString(),
          List.copyOf(ours.parameters().store().entrySet()).toString());
      assertTrue(ours.mapsLikelihood());
      List<float[]> expected = inferred(theirs);
      List<float[]> actual = inferred(ours);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i));
      }
    }
  }

  /** With the published settings of its base for every kind of extractor. */
  @Test
  void isSetAsItsBaseIs() {
    for (Backbone backbone : Backbone.values()) {
      ClFlow ours = (ClFlow) ModelKind.CL_FLOW.defaults(backbone.extractor());
      assertEquals(ModelKind.FASTFLOW.defaults(backbone.extractor()), ours.bare());
    }
    assertEquals(ModelKind.FASTFLOW.facts().recipe(), ModelKind.CL_FLOW.facts().recipe());
  }

  @Test
  void warmsUpForHalfOfAShortTraining() {
    assertEquals(15, ClFlow.DEFAULT.warmUp(500));
    assertEquals(15, ClFlow.DEFAULT.warmUp(30));
    assertEquals(5, ClFlow.DEFAULT.warmUp(11));
    assertEquals(0, ClFlow.DEFAULT.warmUp(1));
    ClFlow without =
        (ClFlow)
            MethodSettings.with(
                ModelKind.CL_FLOW,
                ClFlow.DEFAULT,
                Map.of("classification", "0", "pull", "0", "push", "0"));
    assertFalse(without.contrasts());
    assertEquals(0, without.warmUp(500));
  }

  /** All parameters that anybody asks for on the way from an image to its score. */
  private static String asked(ModelConfig config) {
    CostOps cost = new CostOps();
    var extractor = config.extractor().create();
    var features = extractor.features(cost, new long[] {1, 3, SIZE, SIZE});
    Method method = config.settings();
    Latents<long[]> latents = method.latents(cost, extractor, features);
    method.anomalyScore(cost, latents, method.anomalyMap(cost, latents, SIZE, SIZE));
    return cost.parameters() + " " + cost.multiplyAccumulates();
  }

  /** Latents, map and score of the same random image. */
  private static List<float[]> inferred(AnomalyModel model) {
    float[] pixels = new float[3 * SIZE * SIZE];
    Random random = new Random(2);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Tensor image = TensorCopy.tensor(StoredTensor.of(pixels, 1, 3, SIZE, SIZE));
      Latents<Tensor> latents = model.latents(model.features(image));
      Tensor map = model.anomalyMap(latents, SIZE, SIZE);
      List<Tensor> all = new ArrayList<>(latents.values());
      all.add(map);
      all.add(model.anomalyScore(latents, map));
      return all.stream().map(tensor -> TensorCopy.store(tensor).toFloats()).toList();
    }
  }

  private static ClFlow on(ClFlow.Base base) {
    return (ClFlow)
        MethodSettings.with(
            ModelKind.CL_FLOW,
            ClFlow.on(new FastFlow(2, List.of(3, 1), 1, SoftClamp.TANH)),
            Map.of("base", base.name()));
  }
}
