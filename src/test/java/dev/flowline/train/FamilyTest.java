package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.SyntheticLine;
import dev.flowline.eval.EvaluationPlan;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.RuleOutcome;
import dev.flowline.eval.ThresholdRule;
import dev.flowline.eval.UnseenImages;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PatchPca;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Inspector;
import dev.flowline.model.CFlow;
import dev.flowline.model.ClFlow;
import dev.flowline.model.CsFlow;
import dev.flowline.model.DifferNet;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.MsFlow;
import dev.flowline.model.Padim;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every model learns the demo's line and finds its defects: on features that are learned from it
 * too, but DifferNet, whose map says nothing about linear features, on those of a pretrained
 * ResNet-18; skipped without it, not in CI.
 */
class FamilyTest {
  private static final int SIZE = 128;
  @TempDir static Path folder;
  private static Dataset steel;

  @BeforeAll
  static void photograph() throws IOException {
    new SyntheticLine(7, SIZE, 24, 3, 3).write(folder, (written, of) -> {});
    steel = Layout.MVTEC.read(folder, "steel");
  }

  @ParameterizedTest
  @EnumSource
  void learnsTheDemosLine(ModelKind kind) throws IOException {
    requireWeights(kind);
    Path output = folder.resolve(kind + ".flowline");
    List<Double> heldOut = new ArrayList<>();
    TrainingRun.execute(
        request(kind, output),
        new TrainingListener() {
          @Override
          public void epochDone(EpochRecord epoch) {
            heldOut.add(epoch.validationNll());
          }
        });
    assertTrue(
        heldOut.isEmpty()
            ? kind == ModelKind.PADIM
            : heldOut.get(heldOut.size() - 1) < heldOut.get(0),
        kind + ": " + heldOut);
    try (Inspector inspector = Inspector.open(output)) {
      EvaluationPlan plan =
          new EvaluationPlan(UnseenImages.of(inspector.model().config(), steel), true, 0);
      EvaluationResult result = Evaluator.evaluate(inspector, plan, (done, of) -> {});
      assertTrue(result.pixelAuroc() >= 0.9, kind + ": pixel AUROC " + result.pixelAuroc());
      assertTrue(result.imageAuroc() >= 0.9, kind + ": image AUROC " + result.imageAuroc());
      assertTrue(result.defectImagesFound() >= 8, kind + ": found " + result.defectImagesFound());
      assertRulesAreMeasured(kind, result);
    }
  }

  /** The images that set the threshold are found again, and both tests judge every image. */
  private static void assertRulesAreMeasured(ModelKind kind, EvaluationResult result) {
    for (RuleOutcome outcome : result.thresholdRules()) {
      boolean negative = outcome.rule() == ThresholdRule.PERCENTILE_95_TIMES_1_421;
      assertTrue(outcome.unknown() == null || negative, kind + ": " + outcome);
    }
    RuleOutcome own = result.thresholdRules().get(0);
    assertEquals(result.falseAlarmImages(), own.falseAlarmImages(), kind + ": " + own);
    assertEquals(result.defectImagesFound(), own.defectImagesFound(), kind + ": " + own);
    assertEquals(result.operatingPoint().guaranteed(), own.guaranteed(), kind + ": " + own);
  }

  private static TrainingRequest request(ModelKind kind, Path output) {
    int size = kind == ModelKind.DIFFERNET ? 192 : SIZE;
    ModelConfig config =
        new ModelConfig(
            kind,
            steel.category(),
            kind == ModelKind.DIFFERNET
                ? ExtractorConfig.of(Backbone.RESNET18)
                : new ExtractorConfig("patch-pca", new PatchPca.Settings(2, 12, 5)),
            Preprocessing.imageNet(size, size),
            settings(kind),
            5,
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
    TrainingConfig training =
        Recipe.of(kind, steel.category())
            .map(recipe -> training(kind, recipe))
            .orElse(TrainingConfig.fitted(5));
    return new TrainingRequest(
        config,
        new CalibrationPlan(NullHypothesis.CALIBRATED, 0.1, CalibrationPlan.USUAL_RATE),
        steel,
        weights(kind),
        0.1,
        training,
        1L << 28,
        output,
        false);
  }

  private static TrainingConfig training(ModelKind kind, PublishedRecipe recipe) {
    return new TrainingConfig(
        kind == ModelKind.DIFFERNET ? 30 : 3,
        4,
        adam(kind, recipe),
        recipe.rate(),
        recipe.gradientClip(),
        5,
        10,
        0);
  }

  private static void requireWeights(ModelKind kind) {
    for (Path file : weights(kind)) {
      boolean there = Files.exists(file);
      assertTrue(there || !"true".equals(System.getenv("CI")), file + " is absent in CI");
      Assumptions.assumeTrue(there, "skipped: " + file + " is absent");
    }
  }

  private static List<Path> weights(ModelKind kind) {
    return kind == ModelKind.DIFFERNET
        ? List.of(
            Path.of(System.getProperty("shared.dir", "../shared"))
                .toAbsolutePath()
                .resolve("weights/resnet18-imagenet-bn-folded.safetensors"))
        : List.of();
  }

  /**
   * CS-Flow's is slow at first: its epsilon is large beside gradients of a mean over dimensions.
   */
  private static PublishedRecipe.Adam adam(ModelKind kind, PublishedRecipe recipe) {
    return switch (kind) {
      case CS_FLOW -> recipe.adam().withLearningRate(1e-2);
      case DIFFERNET -> recipe.adam().withLearningRate(1e-3);
      default -> recipe.adam();
    };
  }

  /** As published, but narrow where that is wide. */
  private static Method settings(ModelKind kind) {
    return switch (kind) {
      case U_FLOW -> new UFlow(2, SoftClamp.TANH);
      case FASTFLOW -> new FastFlow(4, List.of(3, 1), 1, SoftClamp.TANH);
      case CS_FLOW -> new CsFlow(List.of(3, 3), 24);
      case CFLOW -> new CFlow(4, 16, SoftClamp.TANH, 256);
      case MS_FLOW -> new MsFlow(4, List.of(3, 1), 24);
      case CL_FLOW -> ClFlow.on(new FastFlow(4, List.of(3, 1), 1, SoftClamp.TANH));
      case DIFFERNET -> new DifferNet(4, List.of(256L, 256L), 0, 0);
      case PADIM -> new Padim(6, 0.01, 4); // fewer than there are images
    };
  }
}
