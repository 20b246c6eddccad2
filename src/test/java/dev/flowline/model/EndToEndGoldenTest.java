package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flowline.Golden;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.TensorScope;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** From image to segmentation with a checkpoint in the released layout. */
class EndToEndGoldenTest {
  @TestFactory
  Stream<DynamicTest> imageToNfa() throws Exception {
    return Golden.cases("h_", golden -> check(golden, golden.under("w.")));
  }

  @TestFactory
  Stream<DynamicTest> permutationsAsIndicesAndAPrefixGiveTheSameModel() throws Exception {
    return Golden.cases("h_", EndToEndGoldenTest::indicesAndPrefix);
  }

  private static void indicesAndPrefix(Golden golden) {
    Map<String, StoredTensor> indexed = new LinkedHashMap<>();
    golden
        .under("w.")
        .forEach(
            (name, tensor) -> {
              StoredTensor indices = golden.file().tensors().get("perm." + name);
              if (!name.endsWith("w_perm_inv")) {
                indexed.put("model." + name, indices == null ? tensor : indices);
              }
            });
    ModelConfig config = config(golden);
    Map<String, StoredTensor> wanted =
        ReleasedCheckpoint.toFlowline(config.extractor().create(), golden.under("w."));
    Map<String, StoredTensor> actual =
        ReleasedCheckpoint.toFlowline(config.extractor().create(), indexed);
    assertEquals(wanted.keySet(), actual.keySet());
    wanted.forEach((name, t) -> assertArrayEquals(t.toDoubles(), actual.get(name).toDoubles()));
    check(golden, indexed);
  }

  private static void check(Golden golden, Map<String, StoredTensor> checkpoint) {
    ModelConfig config = config(golden);
    Map<String, StoredTensor> parameters =
        ReleasedCheckpoint.toFlowline(config.extractor().create(), checkpoint);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        AnomalyModel model = AnomalyModel.create(config, parameters);
        AContrario test = new AContrario(config.segmentation(), 1)) {
      List<Tensor> features = model.features(TensorCopy.tensor(golden.tensor("image")));
      close(golden, "feat", features, true);

      Latents<Tensor> latents = model.latents(features);
      close(golden, "z", latents.values(), false);
      Latents<Tensor> likely = model.likelihoodLatents(new TestFeatures(features));
      close(golden, "z", likely.values(), false);
      double[] logDet = golden.tensor("ljd").toDoubles();
      double[] actualLogDet = TensorCopy.store(likely.logDetJacobian()).toDoubles();
      for (int i = 0; i < logDet.length; i++) {
        assertEquals(logDet[i], actualLogDet[i], golden.tolerance("ljd") * Math.abs(logDet[i]));
      }

      for (StoredTensor likelihood : some(golden, "prob.")) {
        int height = (int) likelihood.shape()[2];
        int width = (int) likelihood.shape()[3];
        FieldOfView whole = FieldOfView.whole(height, width);
        checkLikelihood(
            likelihood, test.maps(AnomalyModel.views(latents), whole), golden.tolerance("prob"));
        Tensor map = AnomalyMaps.likelihood(model.ops(), latents.values(), height, width);
        Golden.assertClose(likelihood, TensorCopy.store(map), golden.tolerance("prob"), "prob");
      }
      long[] coarsest = golden.list("z").get(latents.values().size() - 1).shape();
      for (StoredTensor score : some(golden, "nfa_score.")) {
        List<NfaMap> maps =
            test.segment(
                AnomalyModel.views(latents), (int) score.shape()[2], (int) score.shape()[3]);
        checkNfa(score, maps, (int) coarsest[2], (int) coarsest[3]);
      }
    }
  }

  private static void checkLikelihood(StoredTensor likelihood, List<ImageMaps> maps, double bound) {
    int at = 0;
    for (ImageMaps image : maps) {
      for (float anomaly : image.anomalyMap()) {
        assertEquals(1 - likelihood.get(at), anomaly, bound, "prob at " + at);
        at++;
      }
    }
    assertEquals(likelihood.elements(), at);
  }

  /**
   * Equal masks where the score is clear, and the score's value there.
   *
   * @param rows of the coarsest latent
   * @param columns likewise
   */
  private static void checkNfa(StoredTensor score, List<NfaMap> maps, int rows, int columns) {
    int at = 0;
    double[] all = score.toDoubles();
    for (NfaMap map : maps) {
      boolean[] mask = map.mask(0);
      double[] own = Arrays.copyOfRange(all, at, at + mask.length);
      double[] error = Golden.interpolationError(own, map.height(), map.width(), rows, columns);
      for (int pixel = 0; pixel < mask.length; pixel++, at++) {
        double wanted = own[pixel];
        if (Math.abs(wanted) >= 1 + error[pixel]) {
          assertEquals(wanted > 0, mask[pixel], "mask at " + at + ", score " + wanted);
          double tolerance = 0.5 + 1e-3 * Math.abs(wanted) + error[pixel];
          assertEquals(wanted, -map.log10Nfa()[pixel], tolerance, "score at " + at);
        }
      }
    }
    assertEquals(score.elements(), at);
  }

  private static void close(Golden golden, String name, List<Tensor> actual, boolean relative) {
    List<StoredTensor> wanted = golden.list(name);
    assertEquals(wanted.size(), actual.size());
    for (int i = 0; i < wanted.size(); i++) {
      double scale = relative ? Golden.absMax(wanted.get(i)) : 1;
      StoredTensor stored = TensorCopy.store(actual.get(i));
      Golden.assertClose(wanted.get(i), stored, golden.tolerance(name) * scale, name + "." + i);
    }
  }

  /** The tensors of a name at every size that the case has. */
  private static Collection<StoredTensor> some(Golden golden, String prefix) {
    Map<String, StoredTensor> found = golden.under(prefix);
    assertFalse(found.isEmpty(), prefix);
    return found.values();
  }

  private static ModelConfig config(Golden golden) {
    long[] image = golden.tensor("image").shape();
    return new ModelConfig(
        ModelKind.U_FLOW,
        "golden",
        ExtractorConfig.of(Backbone.named(golden.backbone())),
        Preprocessing.imageNet((int) image[2], (int) image[3]),
        new UFlow(golden.json().at("/config/flow_steps").asInt(), SoftClamp.TANH),
        0,
        SegmentationOptions.DEFAULT.withPfaBound(PfaBound.AS_RELEASED));
  }
}
