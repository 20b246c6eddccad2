package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The metrics against the golden cases {@code g_*}: all that are found. */
class MetricsGoldenTest {
  private static final Path FOLDER = Path.of(System.getProperty("golden.dir", "../shared/golden"));

  @TestFactory
  List<DynamicTest> cases() throws IOException {
    if (!Files.isDirectory(FOLDER)) {
      assertFalse(
          "true".equals(System.getenv("CI")), FOLDER + " is missing, which CI may not skip");
      assumeTrue(false, FOLDER + " is missing: no golden vectors to compare with");
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<DynamicTest> tests =
          files
              .filter(f -> f.getFileName().toString().matches("g_.*\\.safetensors"))
              .sorted()
              .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)))
              .toList();
      assertFalse(tests.isEmpty(), "no g_* case in " + FOLDER);
      return tests;
    }
  }

  private static void check(Path file) throws IOException {
    Safetensors golden = Safetensors.read(file);
    Path description = Path.of(file.toString().replaceFirst("safetensors$", "json"));
    JsonNode json = new ObjectMapper().readTree(description.toFile());
    long[] shape = golden.tensor("score").shape();
    int height = (int) shape[shape.length - 2];
    int width = (int) shape[shape.length - 1];
    int pixels = height * width;
    float[] scores = golden.tensor("score").toFloats();
    long[] mask = golden.tensor("mask").toLongs();
    double[] thresholds =
        golden.tensors().containsKey("miou")
            ? golden.tensor("miou_thresholds").toDoubles()
            : new double[0];

    Auroc auroc = new Auroc();
    Aupro aupro = new Aupro(json.path("config").path("fpr_limit").asDouble(Aupro.FPR_LIMIT));
    MeanIou meanIou = new MeanIou(thresholds);
    int regions = 0;
    try (PixelSweep sweep = new PixelSweep()) {
      for (int image = 0; image < scores.length / pixels; image++) {
        boolean[] truth = new boolean[pixels];
        for (int i = 0; i < pixels; i++) {
          truth[i] = mask[image * pixels + i] != 0;
        }
        regions += ConnectedComponents.of(truth, width, 8).count();
        sweep.add(
            image, Arrays.copyOfRange(scores, image * pixels, (image + 1) * pixels), truth, width);
      }
      sweep.descend(auroc, aupro, meanIou);
    }
    JsonNode tolerance = json.path("tolerance");
    int compared =
        assertClose(golden, "auroc", auroc.value(), tolerance.path("auroc").asDouble(1e-9))
            + assertClose(golden, "aupro_exact", aupro.value(), 1e-9)
            + thresholds.length;
    if (golden.tensors().containsKey("image_auroc")) {
      double[] imageScores = golden.tensor("image_score").toDoubles();
      long[] labels = golden.tensor("image_label").toLongs();
      boolean[] positive = new boolean[labels.length];
      for (int i = 0; i < labels.length; i++) {
        positive[i] = labels[i] != 0;
      }
      compared += assertClose(golden, "image_auroc", Auroc.of(imageScores, positive).value(), 1e-9);
    }
    for (int i = 0; i < thresholds.length; i++) {
      double expected = golden.tensor("miou").get(i);
      assertEquals(
          expected,
          meanIou.at(i),
          tolerance.path("miou").asDouble(1e-6),
          "miou at " + thresholds[i]);
      assertTrue(meanIou.best() >= meanIou.at(i) - 1e-12, "best is not below any other");
    }
    assertTrue(compared > 0, "nothing to compare with in " + golden.tensors().keySet());
    if (json.path("config").has("regions")) {
      assertEquals(json.path("config").path("regions").asInt(), regions, "regions");
    }
  }

  /** How many were compared: 0 where the file does not have it. */
  private static int assertClose(Safetensors golden, String name, double value, double tolerance) {
    StoredTensor expected = golden.tensors().get(name);
    if (expected == null) {
      return 0;
    }
    assertEquals(expected.get(0), value, tolerance, name);
    return 1;
  }
}
