package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.io.Rotation;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Rotations of images together, against each of them alone. */
class RotatedFeaturesTest {
  private static final int HEIGHT = 32;
  private static final int WIDTH = 48;
  private static final int IMAGES = 2;
  private static final int TESTED = 11; // more than are in the extractor together

  @Test
  void theTestsLatentsHaveTheMeanEnergyOfTheRotations() {
    try (AnomalyModel model = model(3, TESTED);
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      TestFeatures features = model.testFeatures(images(0, IMAGES));
      long[] expectedShape = model.testShapes().get(0);
      assertArrayEquals(
          new long[] {IMAGES, expectedShape[0], expectedShape[1], expectedShape[2]},
          Tensors.shape(features.byScale().get(0)));
      Latents<Tensor> together = model.testLatents(features);
      Tensor map = model.anomalyMap(together, 5, 5);
      float[] scores = TensorCopy.store(model.anomalyScore(together, map)).toFloats();
      double[] nll =
          TensorCopy.store(NegativeLogLikelihood.perSample(model.ops(), together)).toDoubles();
      assertEquals(IMAGES, scores.length);
      for (int image = 0; image < IMAGES; image++) {
        double score = 0;
        double surprise = 0;
        for (int r = 0; r < TESTED; r++) {
          Tensor turned = turned(image, 360.0 * r / TESTED);
          Latents<Tensor> z = model.latents(model.features(turned));
          score += model.anomalyScore(z, map).item_double() / TESTED;
          surprise += NegativeLogLikelihood.mean(model.ops(), z).item_double() / TESTED;
        }
        assertEquals(score, scores[image], 1e-4 * score);
        assertEquals(surprise, nll[image], 1e-4 * Math.abs(surprise));
      }
      assertFalse(scores[0] == scores[1]);
    }
  }

  @Test
  void aTrainingKeepsFourTimesWhatAStepTakes() {
    try (AnomalyModel model = model(3, 0);
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      TrainableModel training = new TrainableModel(model);
      float[] both = floats(training.trainingFeatures(images(0, IMAGES), 6).byScale());
      float[] second = floats(training.trainingFeatures(images(1, 1), 7).byScale());
      float[] elsewhere = floats(training.trainingFeatures(images(1, 1), 8).byScale());
      assertEquals(both.length, IMAGES * second.length);
      assertEquals(12 * floats(model.testFeatures(images(1, 1)).byScale()).length, second.length);
      assertArrayEquals(Arrays.copyOfRange(both, second.length, both.length), second, 1e-4f);
      assertFalse(Arrays.equals(second, elsewhere), "the angles are another image's");
      double[] degrees = RotatedFeatures.random(12, model.config().seed(), 7);
      int channels = second.length / 12;
      for (int r : new int[] {0, 5, 11}) {
        List<Tensor> alone = model.pooledFeatures(turned(1, degrees[r]));
        assertArrayEquals(
            floats(alone),
            Arrays.copyOfRange(second, r * channels, (r + 1) * channels),
            1e-4f,
            "rotation " + r);
      }
      TrainingFeatures kept = training.trainingFeatures(images(0, IMAGES), 6);
      Tensor apart = training.rotationsApart(kept).byScale().get(0);
      assertArrayEquals(new long[] {24, channels, 1, 1}, Tensors.shape(apart));
      assertArrayEquals(both, TensorCopy.store(apart).toFloats());
    }
  }

  @Test
  void withoutRotationsFeaturesAreThoseOfTheImages() {
    try (AnomalyModel model = model(0, 0);
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      TrainableModel training = new TrainableModel(model);
      Tensor images = images(0, IMAGES);
      float[] expected = floats(model.pooledFeatures(images));
      assertArrayEquals(expected, floats(training.trainingFeatures(images, 0).byScale()));
      assertArrayEquals(expected, floats(model.testFeatures(images).byScale()));
      assertEquals(expected.length / IMAGES, model.testShapes().get(0)[0]);
      // What is kept of features makes the same latents as they do.
      float[] ofFeatures = floats(model.latents(model.features(images)).values());
      float[] ofKept = floats(model.testLatents(model.testFeatures(images)).values());
      assertArrayEquals(ofFeatures, ofKept, 1e-5f);
    }
  }

  @Test
  void randomAnglesCoverTheCircle() {
    for (long image = 0; image < 50; image++) {
      double[] degrees = RotatedFeatures.random(16, 1, image);
      assertArrayEquals(degrees, RotatedFeatures.random(16, 1, image));
      for (int r = 0; r < 16; r++) {
        assertTrue(degrees[r] >= 22.5 * r && degrees[r] < 22.5 * (r + 1), "image " + image);
      }
      assertFalse(Arrays.equals(degrees, RotatedFeatures.random(16, 2, image)));
      assertFalse(Arrays.equals(degrees, RotatedFeatures.random(16, 1, image + 1)));
    }
    assertArrayEquals(new double[] {0, 90, 180, 270}, RotatedFeatures.even(4));
  }

  @Test
  void rotationsOfLargeImagesAreExtractedOneByOne() {
    assertEquals(8, RotatedFeatures.atOnce(3 * 448 * 448));
    assertEquals(2, RotatedFeatures.atOnce(3 * 1600 * 1600));
    assertEquals(1, RotatedFeatures.atOnce(3 * 2048 * 2448));
    assertEquals(1, RotatedFeatures.atOnce(3 * 13_000 * 13_000));
  }

  private static AnomalyModel model(int trainingRotations, int testRotations) {
    Method method = new DifferNet(2, List.of(16L), trainingRotations, testRotations);
    ModelConfig config = TinyLine.config(ModelKind.DIFFERNET, method, HEIGHT, WIDTH, 3);
    return AnomalyModel.create(config, TinyLine.drawnExtractor(config));
  }

  private static float[] pixels(int from, int count) {
    float[] pixels = new float[count * 3 * HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(0.37 * (i + from * 3 * HEIGHT * WIDTH) + from);
    }
    return pixels;
  }

  private static Tensor images(int from, int count) {
    FloatBuffer all = FloatBuffer.allocate(count * 3 * HEIGHT * WIDTH);
    for (int image = from; image < from + count; image++) {
      all.put(pixels(image, 1));
    }
    return TensorCopy.tensor(StoredTensor.of(all.array(), count, 3, HEIGHT, WIDTH));
  }

  private static Tensor turned(int image, double degrees) {
    FloatBuffer out = FloatBuffer.allocate(3 * HEIGHT * WIDTH);
    var input = dev.flowline.io.Preprocessing.imageNet(HEIGHT, WIDTH);
    Rotation.apply(input, FloatBuffer.wrap(pixels(image, 1)), degrees, out);
    return TensorCopy.tensor(StoredTensor.of(out.array(), 1, 3, HEIGHT, WIDTH));
  }

  private static float[] floats(List<Tensor> tensors) {
    assertEquals(1, tensors.size());
    return TensorCopy.store(tensors.get(0)).toFloats();
  }
}
