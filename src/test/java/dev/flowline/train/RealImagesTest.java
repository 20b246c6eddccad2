package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Evaluator;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Inspector;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs of magnetic tiles through a pretrained ResNet-18; skipped without them, not in CI.
 */
class RealImagesTest {
  private static final String TILES = "data/magnetic-tile/magnetic_tile";
  private static final String WEIGHTS = "weights/resnet18-imagenet-bn-folded.safetensors";
  private static final int SIZE = 128;

  @TempDir Path folder;

  @Test
  void aResNetFlowLearnsTilesAndTellsDefectsApart() throws IOException {
    Path shared = Path.of(System.getProperty("shared.dir", "../shared")).toAbsolutePath();
    boolean there = Files.isDirectory(shared.resolve(TILES));
    assertTrue(there || !"true".equals(System.getenv("CI")), shared + " is absent in CI");
    Assumptions.assumeTrue(there, "skipped: " + shared.resolve(TILES) + " is absent");

    Dataset dataset = someTiles(shared.resolve(TILES));
    Path output = folder.resolve("tiles.flowline");
    List<EpochRecord> epochs = new ArrayList<>();
    ModelConfig trained =
        TrainingRun.execute(
            request(dataset, shared.resolve(WEIGHTS), output),
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
      EvaluationResult result = Evaluator.evaluate(inspector, dataset, 0, (done, of) -> {});
      assertEquals(4, result.goodImages());
      assertEquals(8, result.defectImages());
      for (double share : List.of(result.pixelAuroc(), result.imageAuroc(), result.aupro())) {
        assertTrue(share >= 0 && share <= 1, "share " + share);
      }
      assertTrue(result.pixelAuroc() > 0.5, "pixelAuroc " + result.pixelAuroc());
      assertTrue(Double.isFinite(result.meanIou().automatic()));
    }
  }

  private static TrainingRequest request(Dataset dataset, Path weights, Path output) {
    ModelConfig config =
        new ModelConfig(
            ModelKind.U_FLOW,
            dataset.category(),
            ExtractorConfig.of(Backbone.RESNET18),
            Preprocessing.imageNet(SIZE, SIZE),
            UFlow.DEFAULT,
            0,
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
    TrainingConfig training = TrainingConfig.of(2, 6, 1e-3, 0);
    return new TrainingRequest(
        config,
        TinyLine.CALIBRATION,
        dataset,
        List.of(weights),
        0.25,
        training,
        1L << 30,
        output,
        false);
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
