package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is counted on the networks equals what the papers say of them. */
class ModelKindTest {
  static Stream<Arguments> published() {
    return Arrays.stream(ModelKind.values())
        .flatMap(
            kind ->
                kind.facts().costs().stream()
                    .map(cost -> Arguments.of(kind.id(), cost.setting(), kind, cost)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("published")
  void countsEqualThePublishedOnes(
      String model, String setting, ModelKind kind, PublishedCost published) {
    double tolerance = kind.facts().reconstructed() ? 0.008 : 0.005;
    PublishedCost.Computed computed = published.compute();
    near(published.parameters(), computed.parameters(), tolerance);
    if (published.macs() != null) {
      near(published.macs(), computed.macs(), tolerance);
    }
  }

  /** Scale and shift of every feature, where the extractor's are not normalised already. */
  @ParameterizedTest
  @CsvSource({
    "u-flow, 64",
    "fastflow, 64",
    "cs-flow, 64",
    "ms-flow, 64",
    "cl-flow, 64",
    "cflow, 0"
  })
  void whatLearnsBehindANormalisation(String model, int channels) {
    assertEquals(
        2L * channels * (16 * 16 + 2 * 8 * 8 + 4 * 4 * 4),
        inputParameters(model, Backbone.RESNET18));
    assertEquals(0, inputParameters(model, Backbone.EFFICIENTNET_B0));
  }

  private static long inputParameters(String model, Backbone backbone) {
    CostOps ops = new CostOps();
    FeatureExtractor extractor = backbone.extractor();
    List<long[]> features = extractor.features(new CostOps(), new long[] {1, 3, 64, 64});
    FlowMethod method = (FlowMethod) ModelKind.of(model).facts().settings();
    method.flowInput(ops, extractor, features);
    return ops.parameters().stream().mapToLong(ParameterSpec::elements).sum();
  }

  /** More digits than the papers print, from the arithmetic of the published settings. */
  @ParameterizedTest
  @CsvSource({
    "fastflow, 'CaiT-M48, 8 steps', 17.716, 13.873",
    "fastflow, 'CaiT-M48, 20 steps', 14.794, ",
    "cs-flow, 'EfficientNet-B5 at 768, 384, 192', 275.227, 65.85",
    "cflow, 'WideResNet-50-2, layers 2-4, at 256', 81.648, 13.77",
    "differnet, 'AlexNet at 448, 224, 112', 172.08, ",
    "ms-flow, 's = 2', 9.352, ",
    "ms-flow, 's = 4', 14.047, 8.07",
    "ms-flow, 's = 8', 16.431, "
  })
  void countsEqualTheArithmetic(String model, String setting, double millions, Double gigaMacs) {
    PublishedCost.Computed computed =
        ModelKind.of(model).facts().costs().stream()
            .filter(cost -> cost.setting().equals(setting))
            .findFirst()
            .orElseThrow()
            .compute();
    assertEquals(millions, computed.parameters() / 1e6, millions > 170 ? 5e-3 : 6e-4);
    if (gigaMacs != null) {
      assertEquals(gigaMacs, computed.macs() / 1e9, 6e-3);
    }
  }

  @Test
  void everyCountThatTheTableIsToReproduceIsThere() {
    List<Double> wanted =
        List.of(
            12.2, 8.9, 34.8, 4.3, 275.2, 81.6, 17.7, 41.3, 14.8, 9.42, 14.06, 15.74, 16.43, 172.1);
    List<Double> there =
        published().map(a -> ((PublishedCost) a.get()[3]).parameters() / 1e6).toList();
    for (double millions : wanted) {
      assertTrue(there.stream().anyMatch(x -> Math.abs(x - millions) < 1e-9), millions + " M");
    }
  }

  /** The extractor behind a row of the table gives the features that the row is computed with. */
  @ParameterizedTest
  @CsvSource({"cs-flow", "ms-flow", "differnet", "cflow"})
  void thePublishedExtractorGivesThePublishedFeatures(String model) {
    ModelKind.Facts facts = ModelKind.of(model).facts();
    List<long[]> shapes =
        Backbone.named(facts.extractor())
            .extractor()
            .featureShapes(facts.inputSize(), facts.inputSize());
    List<long[]> published = facts.costs().get(0).features();
    assertEquals(published.size(), shapes.size());
    for (int scale = 0; scale < shapes.size(); scale++) {
      assertArrayEquals(published.get(scale), shapes.get(scale));
    }
  }

  @Test
  void onlyAReconstructionIsCalledOne() {
    for (ModelKind kind : ModelKind.values()) {
      boolean ours = kind == ModelKind.MS_FLOW || kind == ModelKind.CL_FLOW;
      assertEquals(ours, kind.title().endsWith("(reconstructed)"));
      assertEquals(kind, ModelKind.of(kind.id()));
    }
  }

  private static void near(double published, double computed, double tolerance) {
    assertEquals(published, computed, tolerance * published);
  }
}
