package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.RealLine;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.eval.EvaluationPlan;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.UnseenImages;
import dev.flowline.line.Inspector;
import dev.flowline.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs of magnetic tiles through a pretrained ResNet-18; skipped without them, not in CI.
 */
class RealImagesTest {
  @TempDir Path folder;

  @Test
  void aResNetFlowLearnsTilesAndTellsDefectsApart() throws IOException {
    Dataset dataset = someTiles(RealLine.images("magnetic-tile/magnetic_tile"));
    Path output = folder.resolve("tiles.flowline");
    List<EpochRecord> epochs = new ArrayList<>();
    ModelConfig trained =
        TrainingRun.execute(
            RealLine.twoEpochs(dataset, 6, output),
            new TrainingListener() {
              @Override
              public void epochDone(EpochRecord epoch) {
                epochs.add(epoch);
              }
            });
    assertTrue(epochs.get(1).trainNll() < epochs.get(0).trainNll(), epochs.toString());
    assertTrue(epochs.get(1).validationNll() < epochs.get(0).validationNll(), epochs.toString());
    assertEquals(12, trained.training().images());

    try (Inspector inspector = Inspector.open(output)) {
      EvaluationPlan plan =
          new EvaluationPlan(UnseenImages.of(inspector.model().config(), dataset), true, 0);
      EvaluationResult result = Evaluator.evaluate(inspector, plan, (done, of) -> {});
      assertEquals(4, result.goodImages());
      assertEquals(8, result.defectImages());
      for (double share : List.of(result.pixelAuroc(), result.imageAuroc(), result.aupro())) {
        assertTrue(share >= 0 && share <= 1, "share " + share);
      }
      assertTrue(result.pixelAuroc() > 0.5, "pixelAuroc " + result.pixelAuroc());
      assertTrue(Double.isFinite(result.meanIou().automatic()));
    }
  }

  /** 24 tiles to learn from, 4 good ones and 4 of two kinds of defect to test with. */
  private Dataset someTiles(Path tiles) throws IOException {
    Path some = folder.resolve("data/magnetic_tile");
    copy(tiles.resolve("train/good"), some.resolve("train/good"), 24);
    copy(tiles.resolve("test/good"), some.resolve("test/good"), 4);
    for (String defect : List.of("blowhole", "break")) {
      copy(tiles.resolve("test").resolve(defect), some.resolve("test").resolve(defect), 4);
      copy(
          tiles.resolve("ground_truth").resolve(defect),
          some.resolve("ground_truth").resolve(defect),
          4);
    }
    return Layout.MVTEC.read(folder.resolve("data"), "magnetic_tile");
  }

  private static void copy(Path from, Path to, int count) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.sorted().limit(count).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
