package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.data.Dataset;
import dev.flowline.data.Split;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFacts;
import dev.flowline.model.ModelKind;
import dev.flowline.model.TrainableModel;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ShiftedCopiesTest {
  private static final int SIZE = 64; // where 2 % is one pixel
  private static final long SEED = 5;
  private static final int COPIES = 2;
  private static final CalibrationPlan FOLDS =
      new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE)
          .crossFitted(new CrossFitting(3));

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, 12, SIZE, SIZE);
  }

  /** Undone by hand: some shift and some light within the bounds give each pixel of a copy. */
  @Test
  void copiesAreShiftedAndLitWithinBounds() {
    int height = 100;
    int width = 150;
    Preprocessing preprocessing = Preprocessing.imageNet(height, width);
    ShiftedCopies copies = new ShiftedCopies(40, SEED, preprocessing, Set.of());
    Set<List<Integer>> shifts = new HashSet<>();
    List<Double> lights = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      float[] level = ramp(height, width);
      Tensor image = normalised(level, preprocessing);
      for (int number = 0; number < 40; number++) {
        float[] copy = levels(copies.copy(image, number), preprocessing);
        double light = 0;
        List<Integer> found = new ArrayList<>();
        for (int dy = -3; dy <= 3; dy++) {
          for (int dx = -4; dx <= 4; dx++) {
            double l = copy[at(50, 75, width)] / (double) level[at(50 + dy, 75 + dx, width)];
            if (isShifted(copy, level, dy, dx, l, height, width)) {
              found.addAll(List.of(dy, dx));
              light = l;
            }
          }
        }
        assertEquals(2, found.size(), "copy " + number + " is by " + found);
        assertTrue(Math.abs(found.get(0)) <= 2 && Math.abs(found.get(1)) <= 3, found.toString());
        assertTrue(light > 0.9499 && light < 1.0501, "light " + light);
        shifts.add(found);
        lights.add(light);
      }
    }
    assertTrue(shifts.size() > 15, shifts.toString());
    assertTrue(lights.stream().anyMatch(l -> l < 0.97), lights.toString());
    assertTrue(lights.stream().anyMatch(l -> l > 1.03), lights.toString());
  }

  @Test
  void noPixelOfACopyIsBrighterThanWhite() {
    Preprocessing preprocessing = Preprocessing.imageNet(10, 10);
    ShiftedCopies copies = new ShiftedCopies(20, SEED, preprocessing, Set.of());
    float[] white = new float[100];
    Arrays.fill(white, 1);
    try (TensorScope scope = TensorScope.open()) {
      for (int number = 0; number < 20; number++) {
        for (float level :
            levels(copies.copy(normalised(white, preprocessing), number), preprocessing)) {
          assertTrue(level < 1.00001 && level > 0.9499, "level " + level);
        }
      }
    }
  }

  @Test
  void aCopyFollowsFromSeedContentAndNumber() {
    Preprocessing preprocessing = Preprocessing.imageNet(100, 150);
    try (TensorScope scope = TensorScope.open()) {
      float[] level = ramp(100, 150);
      Tensor image = normalised(level, preprocessing);
      level[0] += 0.01f;
      Tensor other = normalised(level, preprocessing);
      ShiftedCopies copies = new ShiftedCopies(2, SEED, preprocessing, Set.of());
      float[] first = levels(copies.copy(image, 0), preprocessing);
      ShiftedCopies again = new ShiftedCopies(9, SEED, preprocessing, Set.of());
      assertArrayEquals(first, levels(again.copy(image.clone(), 0), preprocessing));
      assertFalse(Arrays.equals(first, levels(copies.copy(image, 1), preprocessing)));
      ShiftedCopies reseeded = new ShiftedCopies(2, SEED + 1, preprocessing, Set.of());
      assertFalse(Arrays.equals(first, levels(reseeded.copy(image, 0), preprocessing)));
      assertFalse(Arrays.equals(first, levels(copies.copy(other, 0), preprocessing)));
    }
  }

  /** Nothing that a calibration reads depends on --augment, if the weights are the same. */
  @Test
  void whatIsHeldOutIsAsItIs() throws IOException {
    ModelConfig config = config(ModelKind.U_FLOW);
    Split split = Split.of(dataset.train(), 0.25, 0.25, SEED);
    Map<String, StoredTensor> weights = TinyLine.drawnExtractor(config);
    try (TrainableModel model = new TrainableModel(AnomalyModel.create(config, weights));
        Extraction plain = extraction(config, weights, 0, split);
        Extraction augmented = extraction(config, weights, COPIES, split);
        RunFeatures without = features(model, split, plain);
        RunFeatures with = features(model, split, augmented)) {
      assertEquals(without.validation().checksum(), with.validation().checksum());
      assertEquals(without.calibration().checksum(), with.calibration().checksum());
      assertEquals(
          without.inputs(dataset.train()).toString(), with.inputs(dataset.train()).toString());
      int learned = split.fit().size();
      assertEquals(learned, without.training().images());
      assertEquals(learned * (1 + COPIES), with.training().images());
      int[] originals = IntStream.range(0, learned).map(i -> i * (1 + COPIES)).toArray();
      assertEquals(without.training().checksum(), with.training().cache().of(originals).checksum());
      assertEquals(plain.of(split.heldOut()).checksum(), augmented.of(split.heldOut()).checksum());
      assertThrows(IllegalArgumentException.class, () -> augmented.learning(split.heldOut()));
    }
  }

  private Extraction extraction(
      ModelConfig config, Map<String, StoredTensor> weights, int copies, Split split)
      throws IOException {
    return Extraction.of(
        config.extractor(),
        config.preprocessing(),
        weights,
        dataset.train(),
        new ShiftedCopies(copies, SEED, config.preprocessing(), Set.copyOf(split.fit())),
        1L << 28,
        folder,
        Device.CPU,
        (done, of) -> assertEquals(12, of));
  }

  private RunFeatures features(TrainableModel model, Split split, Extraction plain)
      throws IOException {
    FeatureProgress progress = new FeatureProgress(0, TrainingListener.SILENT);
    return RunFeatures.of(
        model, split, plain, Optional.empty(), folder, new MemoryShares(1L << 28, 0), progress);
  }

  @Test
  void aTrainingWithCopiesTakesAsManyTimesTheStepsAndSaysSo() throws IOException {
    TrainingRequest plain = request("plain", ModelKind.U_FLOW, 0);
    TrainingRequest augmented = request("augmented", ModelKind.U_FLOW, COPIES);
    List<Integer> steps = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int step, int of, int batchSize, double nll) {
            steps.add(batchSize);
          }
        };
    ModelConfig without = TrainingRun.execute(plain, counting);
    int plainImages = steps.stream().mapToInt(i -> i).sum();
    steps.clear();
    ModelConfig with = TrainingRun.execute(augmented, counting);
    assertEquals(plainImages * (1 + COPIES), steps.stream().mapToInt(i -> i).sum());
    assertEquals(without.training().images(), with.training().images());
    assertNull(without.training().augment());
    assertEquals(COPIES, with.training().augment());
    assertEquals("2", with.provenance().created().options().get("augment"));
    assertFalse(without.provenance().created().options().containsKey("augment"));
    try (AnomalyModel opened = AnomalyModel.open(augmented.output())) {
      assertEquals(with, opened.config());
      String words = facts(opened).get("training");
      assertTrue(words.startsWith("6 good images and 2 shifted copies of each,"), words);
    }
  }

  @ParameterizedTest
  @CsvSource({"U_FLOW, false", "FASTFLOW, true", "PADIM, true"})
  void runsRepeatToTheBit(ModelKind kind, boolean crossFitted) throws IOException {
    TrainingRequest first = request("a", kind, COPIES);
    TrainingRequest second = request("b", kind, COPIES);
    assertArrayEquals(
        bytesOf(crossFitted ? inFolds(first) : first),
        bytesOf(crossFitted ? inFolds(second) : second));
  }

  /** The extractor learns in each fold, so each fold extracts its copies. */
  @Test
  void theModelsOfTheFoldsLearnFromCopiesToo() throws IOException {
    long plain = imagesInFolds(inFolds(request("plain", ModelKind.FASTFLOW, 0)));
    long augmented = imagesInFolds(inFolds(request("augmented", ModelKind.FASTFLOW, COPIES)));
    assertEquals(2 * 2 * 12, plain); // epochs, and the images outside of each fold
    assertEquals(plain * (1 + COPIES), augmented);
  }

  private static Map<String, String> facts(AnomalyModel model) {
    ModelConfig config = model.config();
    return ModelFacts.of(config, Optional.empty(), config.segmentation(), model.cost());
  }

  private static long imagesInFolds(TrainingRequest request) throws IOException {
    long[] images = new long[1];
    boolean[] done = new boolean[1];
    TrainingRun.execute(
        request,
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
            images[0] += done[0] ? 0 : batchSize;
          }

          @Override
          public void foldsDone(int epochs) {
            done[0] = true;
          }
        });
    return images[0];
  }

  private static TrainingRequest inFolds(TrainingRequest request) {
    return ChangedRequest.of(request).calibration(FOLDS).validationFraction(0).request();
  }

  private static byte[] bytesOf(TrainingRequest request) throws IOException {
    TrainingRun.execute(request, TrainingListener.SILENT);
    return Files.readAllBytes(request.output());
  }

  @Test
  void aStoppedTrainingGoesOnToTheSameBitsAndWithNoOtherNumberOfCopies() throws IOException {
    byte[] through = bytesOf(request("a", ModelKind.U_FLOW, COPIES));
    TrainingRequest stopped = request("b", ModelKind.U_FLOW, COPIES);
    assertThrows(
        Stopped.class,
        () ->
            TrainingRun.execute(
                stopped,
                new TrainingListener() {
                  @Override
                  public void checkpointWritten(int epoch) {
                    throw new Stopped();
                  }
                }));
    for (int other : new int[] {0, COPIES + 1}) {
      TrainingRequest changed =
          ChangedRequest.of(stopped)
              .training(stopped.training().withAugment(other))
              .resume(true)
              .request();
      IOException refused =
          assertThrows(
              IOException.class, () -> TrainingRun.execute(changed, TrainingListener.SILENT));
      assertTrue(
          refused.getMessage().contains("belongs to another training"), refused.getMessage());
    }
    assertArrayEquals(through, bytesOf(ChangedRequest.of(stopped).resume(true).request()));
  }

  private static final class Stopped extends RuntimeException {}

  @ParameterizedTest
  @EnumSource(names = {"DIFFERNET", "CL_FLOW"})
  void aMethodThatMakesImagesOfItsOwnTakesNoCopies(ModelKind kind) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> request("a", kind, 1));
    assertTrue(refused.getMessage().contains("of its own: leave out --augment"));
    request("a", kind, 0);
  }

  private ModelConfig config(ModelKind kind) {
    return TinyLine.config(kind, TrainingRunTest.small(kind), SIZE, SIZE, SEED);
  }

  private TrainingRequest request(String name, ModelKind kind, int copies) {
    TrainingConfig training =
        kind == ModelKind.PADIM ? TrainingConfig.fitted(SEED) : TinyLine.epochs(2, SEED);
    return TinyLine.request(
        config(kind), dataset, training.withAugment(copies), folder.resolve(name + ".flowline"));
  }

  private static boolean isShifted(
      float[] copy, float[] level, int dy, int dx, double light, int height, int width) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromY = Math.max(0, Math.min(height - 1, y + dy));
        int fromX = Math.max(0, Math.min(width - 1, x + dx));
        double expected = light * level[at(fromY, fromX, width)];
        if (Math.abs(expected - copy[at(y, x, width)]) > 1e-5) {
          return false;
        }
      }
    }
    return true;
  }

  /** Levels of light up to 0.8 that differ along both axes. */
  private static float[] ramp(int height, int width) {
    float[] level = new float[height * width];
    for (int i = 0; i < level.length; i++) {
      int y = i / width;
      int x = i % width;
      level[i] = (float) (0.4 + 0.2 * Math.sin(0.3 * y) + 0.2 * Math.sin(0.2 * x * x / width));
    }
    return level;
  }

  private static int at(int y, int x, int width) {
    return y * width + x;
  }

  private static Tensor normalised(float[] level, Preprocessing preprocessing) {
    float[] values = new float[3 * level.length];
    for (int i = 0; i < values.length; i++) {
      int c = i / level.length;
      values[i] =
          (float)
              ((level[i % level.length] - preprocessing.mean().get(c))
                  / preprocessing.std().get(c));
    }
    return torch.tensor(values).view(1, 3, preprocessing.height(), preprocessing.width());
  }

  /** Returns the levels of the first channel. */
  private static float[] levels(Tensor image, Preprocessing preprocessing) {
    Tensor dense = image.contiguous();
    float[] levels = new float[preprocessing.height() * preprocessing.width()];
    dense.data_ptr_float().get(levels);
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (float) (levels[i] * preprocessing.std().get(0) + preprocessing.mean().get(0));
    }
    return levels;
  }
}
