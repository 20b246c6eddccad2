package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.Golden;
import dev.flowline.WrittenGolden;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metrics against the golden cases {@code g_*}: all that are found. */
class MetricsGoldenTest {
  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    return Golden.cases("g_", MetricsGoldenTest::check);
  }

  /** Of other sizes, with scores of 1e9 beside −70 and every limit of the false-positive rate. */
  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.05", "3, 1", "4, 0.3", "8, 0.11"})
  void aCaseOfOtherSizesAndMagnitudes(long seed, double limit, @TempDir Path folder)
      throws IOException {
    RandomTestSet set = RandomTestSet.of(seed);
    for (float[] scores : set.scores()) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scores[i] > 0.5f ? scores[i] * 1e9f : scores[i] - 70;
      }
    }
    float[] thresholds = {-70, 5e8f, 1e9f, 3e9f};
    check(written(set, limit, thresholds).in(folder, "g_other"));
  }

  private static WrittenGolden written(RandomTestSet set, double limit, float[] thresholds) {
    int images = set.scores().size();
    int pixels = set.height() * set.width();
    float[] scores = new float[images * pixels];
    long[] mask = new long[images * pixels];
    List<float[]> imageScores = new ArrayList<>();
    List<boolean[]> imageTruths = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      float largest = Float.NEGATIVE_INFINITY;
      boolean defective = false;
      for (int i = 0; i < pixels; i++) {
        boolean[] truth = set.truths().get(image);
        scores[image * pixels + i] = set.scores().get(image)[i];
        mask[image * pixels + i] = truth != null && truth[i] ? 1 : 0;
        largest = Math.max(largest, set.scores().get(image)[i]);
        defective |= truth != null && truth[i];
      }
      imageScores.add(new float[] {largest});
      imageTruths.add(new boolean[] {defective});
    }
    double[] meanIou = new double[thresholds.length];
    SlowMetrics slow = new SlowMetrics(set);
    for (int i = 0; i < meanIou.length; i++) {
      meanIou[i] = slow.meanIou(thresholds[i]);
    }
    WrittenGolden written =
        new WrittenGolden()
            .config("fpr_limit", limit)
            .tensor("score", scores, images, set.height(), set.width())
            .tensor("mask", mask, images, set.height(), set.width())
            .tensor("auroc", new double[] {slow.auroc()}, 1)
            .tensor("aupro_exact", new double[] {slow.aupro(limit)}, 1)
            .tensor("miou", meanIou, meanIou.length)
            .tensor("miou_thresholds", thresholds, thresholds.length);
    RandomTestSet whole = new RandomTestSet(1, 1, imageScores, imageTruths);
    float[] image = new float[images];
    long[] label = new long[images];
    for (int i = 0; i < images; i++) {
      image[i] = imageScores.get(i)[0];
      label[i] = imageTruths.get(i)[0] ? 1 : 0;
    }
    return written
        .tensor("image_score", image, images)
        .tensor("image_label", label, images)
        .tensor("image_auroc", new double[] {new SlowMetrics(whole).auroc()}, 1);
  }

  private static void check(Golden given) {
    Safetensors golden = given.file();
    JsonNode json = given.json();
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
