package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.RegionMaxima;
import dev.flowline.data.Dataset;
import dev.flowline.data.Folds;
import dev.flowline.data.Sample;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFile;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrossFittingTest {
  private static final int SIZE = 32;
  private static final int IMAGES = 15;
  private static final long SEED = 5;
  private static final Padim PADIM = new Padim(6, 0.01, 0);
  private static final UFlow U_FLOW = new UFlow(2, SoftClamp.TANH);
  private static final CalibrationPlan PLAN =
      new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE)
          .crossFitted(new CrossFitting(3));

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, IMAGES, SIZE, SIZE);
  }

  private TrainingRequest request(
      String name, ModelKind kind, Method method, Dataset images, CalibrationPlan plan) {
    return new TrainingRequest(
        TinyLine.config(kind, method, SIZE, SIZE, SEED),
        plan,
        images,
        List.of(),
        0,
        kind == ModelKind.PADIM ? TrainingConfig.fitted(SEED) : TinyLine.epochs(4, SEED),
        1L << 28,
        folder.resolve(name + ".flowline"),
        false);
  }

  private ModelConfig trained(TrainingRequest request) throws IOException {
    return TrainingRun.execute(request, TrainingListener.SILENT);
  }

  /** The whole claim: by a model, an extractor and a law that did not see the image. */
  @Test
  void theStatisticOfAnImageIsThatOfATrainingWithoutItsFold() throws IOException {
    ModelConfig all = trained(request("all", ModelKind.PADIM, PADIM, dataset, PLAN));
    Folds folds = Folds.of(dataset.train(), 3, SEED);
    Calibrator calibrator = new Calibrator(Device.CPU);
    SegmentationOptions wanted =
        TinyLine.config(ModelKind.PADIM, PADIM, SIZE, SIZE, SEED).segmentation();

    RelativeMaxima[] maxima = new RelativeMaxima[IMAGES];
    List<AnomalyModel> models = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      List<Sample> others = folds.outside(fold).stream().map(dataset.train()::get).toList();
      Dataset without = new Dataset("fabric", others, List.of(), List.of());
      TrainingRequest request =
          request("fold" + fold, ModelKind.PADIM, PADIM, without, CalibrationPlan.NONE);
      trained(request);
      AnomalyModel model = AnomalyModel.open(request.output());
      models.add(model);
      List<Integer> held = folds.held().get(fold);
      List<RelativeMaxima> own = calibrator.maxima(wanted, images(model, held)).byImage();
      for (int i = 0; i < held.size(); i++) {
        maxima[held.get(i)] = own.get(i);
      }
    }
    int side = (int) models.get(0).shapes().latents().get(0)[2];
    RegionMaxima ofAll = new RegionMaxima(List.of(maxima), List.of(), side, side);
    assertEquals(ofAll.measured(wanted).law(), all.segmentation().law());
    List<Double> expected = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      SegmentationOptions test = ofAll.measured(wanted, folds.outside(fold));
      calibrator
          .statistics(test, images(models.get(fold), folds.held().get(fold)))
          .forEach(image -> expected.add(image.minLog10Nfa()));
    }
    assertArrayEquals(
        expected.stream().sorted().mapToDouble(Double::doubleValue).toArray(),
        all.calibration().images().stream().mapToDouble(i -> i.minLog10Nfa()).toArray(),
        1e-9);
    models.forEach(AnomalyModel::close);
  }

  private GoodImages images(AnomalyModel model, List<Integer> chosen) {
    return new GoodImages() {
      @Override
      public int count() {
        return chosen.size();
      }

      @Override
      public void read(int image, Reader reader) throws IOException {
        var preprocessing = model.config().preprocessing();
        FloatBuffer input =
            ByteBuffer.allocateDirect(preprocessing.inputLength() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        preprocessing.apply(Images.read(dataset.train().get(chosen.get(image)).image()), input);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          List<NativeView> latents =
              AnomalyModel.views(
                  model.testLatents(model.testFeatures(Tensors.over(input, 1, 3, SIZE, SIZE))));
          reader.read(latents, null);
        }
      }
    };
  }

  @Test
  void aCrossFittedModelIsMarkedLearnsFromAllImagesAndFindsDefects() throws IOException {
    TrainingRequest request = request("model", ModelKind.U_FLOW, U_FLOW, dataset, PLAN);
    ModelConfig config = trained(request);
    Calibration calibration = config.calibration();
    assertEquals(new CrossFitting(3), calibration.crossFitting());
    assertFalse(calibration.isGuaranteed());
    assertEquals(IMAGES, calibration.goodImages());
    assertEquals(IMAGES, config.training().images());
    assertEquals(IMAGES, config.segmentation().law().images());
    assertEquals(calibration.images().get(0).minLog10Nfa(), config.segmentation().log10Epsilon());
    try (Inspector inspector = Inspector.open(request.output())) {
      assertEquals(config.calibration(), inspector.calibration());
      int statistics = inspector.latentStatisticNames().size();
      assertEquals(
          List.of(),
          calibration.goodPartStatistics(statistics, GuardBand.NONE),
          "drift would compare latents of other models");
      Image hole = TinyLine.defective(77, SIZE, SIZE, 8, 8, 12);
      assertEquals(Verdict.DEFECT, inspector.inspect(hole).verdict());
    }
  }

  @Test
  void copiesCountOnce() throws IOException {
    Files.copy(
        dataset.train().get(0).image(), dataset.train().get(0).image().resolveSibling("zzz.png"));
    List<Sample> samples = new ArrayList<>(dataset.train());
    samples.add(Sample.good(dataset.train().get(0).image().resolveSibling("zzz.png")));
    Dataset doubled = new Dataset("fabric", samples, List.of(), List.of());
    ModelConfig config = trained(request("copies", ModelKind.PADIM, PADIM, doubled, PLAN));
    assertEquals(IMAGES, config.calibration().goodImages());
  }

  @Test
  void theFoldsChooseTheEpochOfAll() throws IOException {
    List<FoldsEpochRecord> records = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    int[] planned = new int[1];
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void foldsEpochDone(FoldsEpochRecord epoch) {
            records.add(epoch);
          }

          @Override
          public void foldsDone(int epochs) {
            planned[0] = epochs;
          }

          @Override
          public void epochDone(EpochRecord epoch) {
            assertNull(epoch.validationNll(), "the model of all images has none held out");
            steps.add(epoch.epoch());
          }
        };
    ModelConfig config = TrainingRun.execute(overfitting("epochs"), listener);
    int best = 0;
    for (int i = 0; i < records.size(); i++) {
      FoldsEpochRecord record = records.get(i);
      assertEquals(3, record.heldOutNll().size());
      double mean = record.heldOutNll().stream().mapToDouble(x -> x).average().orElseThrow();
      assertEquals(mean, record.meanHeldOutNll(), 1e-12);
      boolean lower = records.subList(0, i).stream().allMatch(r -> r.meanHeldOutNll() > mean);
      assertEquals(lower, record.best());
      best = lower ? record.epoch() : best;
    }
    assertTrue(best < 12, "no early epoch was best: " + records);
    double updatesOfFold = best * Math.ceil(IMAGES * 2 / 3.0 / 4);
    int epochs = (int) Math.round(updatesOfFold / Math.ceil(IMAGES / 4.0));
    assertTrue(epochs < best);
    assertEquals(epochs, planned[0]);
    assertEquals(epochs, config.training().epochs());
    assertEquals(epochs, steps.size());
    assertEquals(records.get(best - 1).meanHeldOutNll(), config.training().validationNll());
  }

  /** A training whose best epoch is not its last. */
  private TrainingRequest overfitting(String name) {
    return ChangedRequest.of(request(name, ModelKind.U_FLOW, U_FLOW, dataset, PLAN))
        .training(TrainingConfig.of(12, 4, 3e-2, SEED).withPatience(3))
        .request();
  }

  /** Killed in a fold's epoch, between two folds' checkpoints, and in the last training. */
  @Test
  void aKilledTrainingResumesToTheSameFile() throws IOException {
    TrainingRequest whole = overfitting("whole");
    trained(whole);
    for (int killed : new int[] {1, 5, 25, 29}) { // 9 epochs of 3 folds, then 4 of all images
      TrainingRequest request = overfitting("killed" + killed);
      int[] epochs = new int[1];
      TrainingListener kills =
          new TrainingListener() {
            @Override
            public void foldBegins(int fold, int folds) {
              count();
            }

            @Override
            public void epochDone(EpochRecord epoch) {
              count();
            }

            private void count() {
              if (epochs[0]++ == killed) {
                throw new Killed();
              }
            }
          };
      assertThrows(Killed.class, () -> TrainingRun.execute(request, kills));
      assertEquals(killed >= 3, request.stopped().isPresent());
      TrainingRequest resumed = ChangedRequest.of(request).resume(true).request();
      if (killed >= 3) {
        assertThrows(IllegalArgumentException.class, () -> trained(request));
        assertTrue(resumed.resumes());
      }
      trained(resumed);
      assertEquals(weights(whole.output()), weights(resumed.output()), "killed at " + killed);
      assertTrue(request.stopped().isEmpty());
    }
  }

  /** Methods that turn images, synthesise defects or note maxima have features of their own. */
  @ParameterizedTest
  @EnumSource
  void everyKindOfModelIsCrossFitted(ModelKind kind) throws IOException {
    List<FoldsEpochRecord> epochs = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void foldsEpochDone(FoldsEpochRecord epoch) {
            epochs.add(epoch);
          }
        };
    TrainingRequest request = request("a", kind, TrainingRunTest.small(kind), dataset, PLAN);
    ModelConfig config = TrainingRun.execute(request, listener);
    assertEquals(kind == ModelKind.PADIM ? 0 : 4, epochs.size());
    if (kind != ModelKind.PADIM) {
      double last = epochs.get(3).meanHeldOutNll();
      assertTrue(last < epochs.get(0).meanHeldOutNll(), kind + " does not learn: " + epochs);
    }
    assertEquals(IMAGES, config.calibration().goodImages());
    assertTrue(config.calibration().images().stream().allMatch(i -> i.input() != null));
    assertTrue(Math.abs(config.segmentation().log10Epsilon()) < 100, config.calibration() + "");
    AnomalyModel.open(request.output()).close();
  }

  private static final class Killed extends RuntimeException {}

  private static String weights(Path file) throws IOException {
    ModelFile model = ModelFile.read(file);
    String test = model.config().calibration() + " " + model.config().segmentation().law().maxima();
    return ContentDigest.of(test.replaceAll("\\[F@[0-9a-f]+", ""), model.tensors());
  }

  @Test
  void moreFoldsThanImagesAreRefusedInOneLine() {
    CalibrationPlan plan = PLAN.crossFitted(new CrossFitting(16));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> trained(request("many", ModelKind.PADIM, PADIM, dataset, plan)));
    assertTrue(refused.getMessage().contains("15"), refused.getMessage());
  }
}
