package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trainer on features that were drawn, without images. */
class TrainerTest {
  private static final ModelConfig CONFIG = TinyLine.config(32, 32, 3);
  private static final int IMAGES = 11;

  @TempDir Path folder;
  private FeatureCache fit;
  private FeatureCache nothing;
  private Path checkpoint;

  @BeforeEach
  void drawFeatures() throws IOException {
    fit = drawn(IMAGES, Float.NaN);
    nothing = drawn(0, Float.NaN);
    checkpoint = folder.resolve("run.checkpoint");
  }

  @AfterEach
  void close() throws IOException {
    fit.close();
    nothing.close();
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void aDivergedRunKeepsItsLastGoodCheckpoint(int poisonedStep) throws IOException {
    Map<String, ByteBuffer> uninterrupted = train(6, null, false, 0, 0);
    var e =
        assertThrows(
            TrainingDivergedException.class, () -> train(6, checkpoint, false, 3, poisonedStep));
    assertEquals(3, e.epoch());
    assertTrue(e.getMessage().contains("lower the learning rate"), e.getMessage());
    assertTrue(e.getMessage().contains("epoch 2 is kept in " + checkpoint), e.getMessage());
    Checkpoint kept = Checkpoint.read(checkpoint);
    assertEquals(2, kept.header().epoch());
    for (StoredTensor weights : kept.weights().values()) {
      for (float value : weights.toFloats()) {
        assertTrue(Float.isFinite(value));
      }
    }
    assertEquals(uninterrupted, train(6, checkpoint, true, 0, 0));
  }

  @Test
  void aPoisonedFeatureStopsTheTrainingBeforeAnyCheckpoint() throws IOException {
    try (FeatureCache poisoned = drawn(IMAGES, 1e30f);
        AnomalyModel model = AnomalyModel.create(CONFIG, TinyLine.drawnExtractor(CONFIG))) {
      Learner trainer =
          learner(model, TinyLine.epochs(2, 1), poisoned, checkpoint, TrainingListener.SILENT);
      var e = assertThrows(TrainingDivergedException.class, () -> trainer.run(false));
      assertEquals(1, e.epoch());
      assertTrue(e.getMessage().contains("no checkpoint had been written yet"), e.getMessage());
      assertFalse(Files.exists(checkpoint));
    }
  }

  @Test
  void aBatchLargerThanTheSetTakesOneStepAnEpoch() throws IOException {
    TrainingConfig large = TrainingConfig.of(3, 1000, 1e-3, 1).withWeightDecay(0);
    List<Integer> sizes = new ArrayList<>();
    try (AnomalyModel model = AnomalyModel.create(CONFIG, TinyLine.drawnExtractor(CONFIG))) {
      learner(
              model,
              large,
              fit,
              null,
              new TrainingListener() {
                @Override
                public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
                  sizes.add(batchSize);
                }
              })
          .run(false);
    }
    assertEquals(List.of(IMAGES, IMAGES, IMAGES), sizes);
  }

  @Test
  void thereIsNothingToLearnFromNoImages() {
    try (AnomalyModel model = AnomalyModel.create(CONFIG, TinyLine.drawnExtractor(CONFIG))) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> learner(model, TinyLine.epochs(1, 1), nothing, null, TrainingListener.SILENT));
      assertTrue(e.getMessage().contains("no images"), e.getMessage());
    }
  }

  /**
   * @param into null for no checkpoint
   */
  private Learner learner(
      AnomalyModel model,
      TrainingConfig training,
      FeatureCache images,
      Path into,
      TrainingListener listener) {
    return Learner.of(
        new TrainableModel(model),
        training,
        new TrainingSet(images),
        new HeldOutSet(nothing),
        Negatives.NONE,
        into == null ? CheckpointFile.NONE : CheckpointFile.at(into, Instant.EPOCH),
        listener);
  }

  /** Trains on the drawn features; after a given step the weights turn into NaN. */
  private Map<String, ByteBuffer> train(
      int epochs, Path into, boolean resume, int poisonedEpoch, int poisonedStep)
      throws IOException {
    try (AnomalyModel model = AnomalyModel.create(CONFIG, TinyLine.drawnExtractor(CONFIG))) {
      TrainingListener poison =
          new TrainingListener() {
            @Override
            public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
              assertEquals(3, steps);
              if (epoch == poisonedEpoch && step == poisonedStep) {
                model.parameters().load(notANumber(model));
              }
            }
          };
      learner(model, TinyLine.epochs(epochs, 1), fit, into, poison).run(resume);
      Map<String, ByteBuffer> weights = new LinkedHashMap<>();
      model
          .parameters()
          .storeLearned()
          .forEach((name, tensor) -> weights.put(name, tensor.bytes()));
      return weights;
    }
  }

  private static Map<String, StoredTensor> notANumber(AnomalyModel model) {
    Map<String, StoredTensor> poisoned = new LinkedHashMap<>();
    model
        .parameters()
        .storeLearned()
        .forEach(
            (name, tensor) -> {
              float[] values = new float[(int) tensor.elements()];
              Arrays.fill(values, Float.NaN);
              poisoned.put(name, StoredTensor.of(values, tensor.shape()));
            });
    return poisoned;
  }

  /**
   * @param poison stands in one place of the first image, unless it is NaN
   */
  private FeatureCache drawn(int images, float poison) throws IOException {
    List<long[]> shapes = CONFIG.extractor().create().featureShapes(32, 32);
    FeatureCache clean = DrawnFeatures.of(shapes, images, 4, folder);
    if (Float.isNaN(poison)) {
      return clean;
    }
    FeatureCache poisoned = new FeatureCache(shapes, 1 << 28, folder);
    try (clean;
        TensorScope scope = TensorScope.open()) {
      List<Tensor> features = clean.batch(IntStream.range(0, images).toArray());
      for (Tensor scale : features) {
        scale.flatten().narrow(0, 0, 1).fill_(new Scalar(poison));
      }
      poisoned.add(features);
    }
    return poisoned;
  }
}
