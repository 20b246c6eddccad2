package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is counted equals what is published. */
class CostTest {
  @ParameterizedTest
  @CsvSource({"ms-cait, 12216480", "cait-m48, 8858112"})
  void trainableParametersOfCaiTEqualThePaper(String backbone, long parameters) {
    assertEquals(parameters, cost(Backbone.named(backbone), 448, 448).trainableParameters());
  }

  @ParameterizedTest
  @CsvSource({"wide-resnet50-2, 34.83, 23.594, 11.239, 256", "resnet18, 4.29, 1.480, 2.810, 64"})
  void trainableParametersOfResNetsEqualThePaper(
      String backbone, double published, double flow, double norms, long channels) {
    Cost cost = cost(Backbone.named(backbone), 448, 448);
    long normalisations = 0;
    for (int scale = 0; scale < 3; scale++) {
      long side = 112 >> scale;
      normalisations += 2 * (channels << scale) * side * side;
    }
    assertEquals(norms, normalisations / 1e6, 5e-4);
    assertEquals(flow, (cost.trainableParameters() - normalisations) / 1e6, 5e-4);
    assertEquals(published, cost.trainableParameters() / 1e6, 5e-3);
  }

  @Test
  void multiplyAccumulatesOfTheMsCaiTFlowEqualThePaper() {
    assertEquals(8.26, cost(Backbone.MS_CAIT, 448, 448).flowMacs() / 1e9, 5e-3);
  }

  @Test
  void latentsOfMsCaiTAreThePapers() {
    List<long[]> latents = cost(Backbone.MS_CAIT, 448, 448).shapes().latents();
    assertEquals(
        "[1, 816, 28, 28][1, 192, 14, 14]",
        Arrays.toString(latents.get(0)) + Arrays.toString(latents.get(1)));
  }

  @ParameterizedTest
  @EnumSource(Backbone.class)
  void aFlowKeepsTheNumberOfDimensions(Backbone backbone) {
    int size = backbone.inputSize();
    Cost cost = cost(backbone, size, size);
    assertEquals(elements(cost.shapes().features()), elements(cost.shapes().latents()));
    assertTrue(cost.extractorParameters() > 0);
    assertTrue(cost.extractorMacs() > 0);
  }

  @Test
  void costsOfAResNetGrowWithTheArea() {
    Cost square = cost(Backbone.RESNET18, 128, 128);
    Cost strip = cost(Backbone.RESNET18, 64, 256);
    Cost large = cost(Backbone.RESNET18, 256, 256);
    assertEquals(square.extractorMacs(), strip.extractorMacs());
    assertEquals(square.flowMacs(), strip.flowMacs());
    assertEquals(4 * square.extractorMacs(), large.extractorMacs());
    assertEquals(square.extractorParameters(), large.extractorParameters());
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 100, 128", "ms-cait, 448, 224", "patch-pca, 60, 66"})
  void aSizeThatTheExtractorCannotWorkOnIsNamed(String backbone, int height, int width) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> cost(Backbone.named(backbone), height, width))
            .getMessage();
    assertTrue(message.contains(height + " x " + width), message);
  }

  private static long elements(List<long[]> shapes) {
    return shapes.stream().mapToLong(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b)).sum();
  }

  private static Cost cost(Backbone backbone, int height, int width) {
    return Cost.of(
        new ModelConfig(
            ModelKind.U_FLOW,
            "any",
            ExtractorConfig.of(backbone),
            Preprocessing.imageNet(height, width),
            new UFlow(4, SoftClamp.TANH),
            0,
            SegmentationOptions.DEFAULT));
  }
}
