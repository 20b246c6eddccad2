package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.flow.Latents;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.StoredTensor;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.TrainableModel;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A method that is fitted goes the way of all others: training, model file, inspection. */
class PadimTrainingTest {
  private static final int SIZE = 32;
  private static final Padim METHOD = new Padim(9, 0.01, 4);
  private static final ModelConfig CONFIG = TinyLine.config(ModelKind.PADIM, METHOD, SIZE, SIZE, 5);

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, 40, SIZE, SIZE);
  }

  /**
   * The model file's latents are those of a model fitted here to the images that it learned from.
   */
  @Test
  void theModelFileHasTheFittedLatents() throws IOException {
    TrainingRequest request = request("a");
    List<EpochRecord> epochs = new ArrayList<>();
    ModelConfig written = TrainingRun.execute(request, recording(epochs));
    assertEquals(List.of(), epochs);
    Split split = request.split();
    assertEquals(ModelConfig.TrainingFacts.fitted(split.fit().size()), written.training());
    assertFalse(Files.exists(request.checkpoint()));
    Image part = TinyLine.defective(900, SIZE, SIZE, 10, 8, 6);
    try (AnomalyModel opened = AnomalyModel.open(request.output());
        TrainableModel fitted = new TrainableModel(AnomalyModel.create(CONFIG, frozen(opened)))) {
      assertEquals(written, opened.config());
      try (FeatureCache features = features(fitted.model(), split.fit());
          NoGradGuard constant = new NoGradGuard()) {
        fitted.fit(METHOD, new TrainingSet(features));
      }
      float[] expected = latents(fitted.model(), part);
      assertArrayEquals(expected, latents(opened, part));
      assertFalse(
          java.util.Arrays.equals(expected, latents(opened, TinyLine.good(901, SIZE, SIZE))));
    }
  }

  @Test
  void findsADefectAndPassesTheGoodOnes() throws IOException {
    TrainingRequest request = request("a");
    TrainingRun.execute(request, TrainingListener.SILENT);
    try (Inspector inspector = Inspector.open(request.output())) {
      double worst = 0;
      for (int i = 0; i < 10; i++) {
        Inspection good = inspector.inspect(TinyLine.good(700 + i, SIZE, SIZE));
        worst = Math.max(worst, good.anomalyScore());
      }
      Inspection defect = inspector.inspect(TinyLine.defective(800, SIZE, SIZE, 12, 12, 6));
      assertEquals(Verdict.DEFECT, defect.verdict());
      assertTrue(defect.anomalyScore() > 2 * worst, defect.anomalyScore() + " and " + worst);
    }
  }

  @Test
  void aSmallCacheGivesTheSameFile() throws IOException {
    TrainingRequest large = request("a");
    TrainingRequest small = ChangedRequest.of(request("b")).cacheBytes(0).request();
    TrainingRun.execute(large, TrainingListener.SILENT);
    TrainingRun.execute(small, TrainingListener.SILENT);
    assertArrayEquals(Files.readAllBytes(large.output()), Files.readAllBytes(small.output()));
  }

  private TrainingRequest request(String name) {
    return TinyLine.request(
        CONFIG, dataset, TrainingConfig.fitted(5), folder.resolve(name + ".flowline"));
  }

  private static TrainingListener recording(List<EpochRecord> epochs) {
    return new TrainingListener() {
      @Override
      public void epochDone(EpochRecord epoch) {
        epochs.add(epoch);
      }
    };
  }

  /** The extractor's weights, which the training learned. */
  private static Map<String, StoredTensor> frozen(AnomalyModel opened) {
    Map<String, StoredTensor> frozen = new HashMap<>();
    CONFIG
        .extractor()
        .create()
        .frozenParameters(SIZE, SIZE)
        .forEach(
            spec ->
                frozen.put(spec.name(), TensorCopy.store(opened.parameters().get(spec.name()))));
    return frozen;
  }

  private FeatureCache features(AnomalyModel model, List<Sample> samples) throws IOException {
    List<long[]> shapes = CONFIG.extractor().create().featureShapes(SIZE, SIZE);
    FeatureCache cache = new FeatureCache(shapes, 1 << 28, folder);
    for (Sample sample : samples) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        cache.add(model.testFeatures(input(Images.read(sample.image()))).byScale());
      }
    }
    return cache;
  }

  private static float[] latents(AnomalyModel model, Image image) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Latents<Tensor> latents = model.testLatents(model.testFeatures(input(image)));
      return TensorCopy.store(latents.values().get(0)).toFloats();
    }
  }

  private static Tensor input(Image image) {
    FloatBuffer pixels = FloatBuffer.allocate(CONFIG.preprocessing().inputLength());
    CONFIG.preprocessing().apply(image, pixels);
    return TensorCopy.tensor(StoredTensor.of(pixels.array(), 1, 3, SIZE, SIZE));
  }
}
