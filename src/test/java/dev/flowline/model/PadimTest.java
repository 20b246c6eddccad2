package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.Latents;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PaDiM against means, covariances and their inverses written out, position by position. */
class PadimTest {
  private static final int HEIGHT = 24;
  private static final int WIDTH = 40;
  private static final int IMAGES = 37; // more than are in memory together
  private static final double RIDGE = 0.03;

  private final List<long[]> shapes =
      config(7).extractor().create().featureShapes(HEIGHT, WIDTH); // (C, H, W)
  private final float[][][] good = new float[IMAGES + 1][][]; // by image and scale; one to test

  PadimTest() {
    Random random = new Random(4);
    for (int image = 0; image <= IMAGES; image++) {
      good[image] = new float[shapes.size()][];
      double common = random.nextGaussian();
      for (int scale = 0; scale < shapes.size(); scale++) {
        long[] s = shapes.get(scale);
        float[] values = new float[(int) (s[0] * s[1] * s[2])];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (0.3 * random.nextGaussian() + common + i % 5);
        }
        good[image][scale] = values;
      }
    }
  }

  /** With some of the channels, and with all of them. */
  @ParameterizedTest
  @ValueSource(ints = {7, 100})
  void energyIsTheSquaredMahalanobisDistance(int channels) {
    try (TrainableModel model = fitted(channels);
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      int[] drawn = drawn(model.model(), channels);
      Latents<Tensor> latents =
          model.model().testLatents(new TestFeatures(features(IMAGES).byScale()));
      long[] fine = shapes.get(0);
      int positions = (int) (fine[1] * fine[2]);
      assertEquals(1, latents.values().size());
      assertArrayEquals(
          new long[] {1, drawn.length, fine[1], fine[2]}, Tensors.shape(latents.values().get(0)));
      float[] z = TensorCopy.store(latents.values().get(0)).toFloats();
      double logDet = 0;
      for (int p = 0; p < positions; p++) {
        double energy = 0;
        for (int c = 0; c < drawn.length; c++) {
          energy += (double) z[c * positions + p] * z[c * positions + p];
        }
        Gaussian expected = new Gaussian(drawn, p);
        double squared = expected.squaredDistance(vector(IMAGES, drawn, p));
        assertEquals(squared, energy, 1e-3 * Math.max(1, squared), "position " + p);
        logDet -= 0.5 * expected.logDeterminant;
      }
      assertEquals(logDet, latents.logDetJacobian().item_double(), 1e-4 * Math.abs(logDet));
    }
  }

  /**
   * Of good images the mean energy is known: Σ z zᵀ/(N − 1) is the unit matrix but for the ridge.
   */
  @Test
  void goodImagesAreWhite() {
    try (TrainableModel model = fitted(7);
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      double sum = 0;
      for (int image = 0; image < IMAGES; image++) {
        Tensor z = model.latents(features(image)).values().get(0);
        for (float value : TensorCopy.store(z).toFloats()) {
          sum += (double) value * value;
        }
      }
      long[] fine = shapes.get(0);
      double mean = sum / (IMAGES - 1) / (7 * fine[1] * fine[2]);
      assertTrue(mean < 1 && mean > 0.6, "mean of z² " + mean);
    }
  }

  @Test
  void channelsAreDrawnByTheSeed() {
    try (AnomalyModel first = model(7, 3);
        AnomalyModel again = model(7, 3);
        AnomalyModel other = model(7, 4)) {
      assertArrayEquals(drawn(first, 7), drawn(again, 7));
      assertFalse(Arrays.equals(drawn(first, 7), drawn(other, 7)));
      Set<Integer> different = new HashSet<>();
      Arrays.stream(drawn(first, 7)).forEach(different::add);
      assertEquals(7, different.size());
    }
  }

  @Test
  void oneImageHasTheRidgeForItsCovariance() {
    try (TrainableModel model = new TrainableModel(model(5, 3));
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      model.fit((Padim) config(5).settings(), images(1));
      Tensor z = model.latents(features(0)).values().get(0);
      for (float value : TensorCopy.store(z).toFloats()) {
        assertEquals(0, value, 1e-5);
      }
      Map<String, StoredTensor> state = model.learnedState();
      for (float value : state.get("padim.log_scale").toFloats()) {
        assertEquals(-0.5 * Math.log(RIDGE), value, 1e-6);
      }
    }
  }

  /** A Gaussian of σ = 4 keeps the sum of what does not reach the border, and its shape. */
  @Test
  void theMapIsSmoothed() {
    float[] point = new float[81 * 81];
    point[40 * 81 + 40] = 3;
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      Tensor z = TensorCopy.tensor(StoredTensor.of(point, 1, 1, 81, 81));
      Latents<Tensor> latents = new Latents<>(List.of(z), z);
      Tensor smoothed = Padim.DEFAULT.anomalyMap(new TorchOps(none), latents, 81, 81);
      float[] map = TensorCopy.store(smoothed).toFloats();
      double sum = 0;
      for (float value : map) {
        sum += value;
      }
      assertEquals(3, sum, 1e-4);
      double peak = map[40 * 81 + 40];
      assertEquals(3 / (2 * Math.PI * 16), peak, 1e-3 * peak);
      assertEquals(peak * Math.exp(-25.0 / 32), map[43 * 81 + 44], 1e-4 * peak);
    }
  }

  @Test
  void whatCannotBeKeptIsRefusedBeforeItIsAllocated() {
    ModelConfig large =
        new ModelConfig(
            ModelKind.PADIM,
            "large",
            ExtractorConfig.of(Backbone.WIDE_RESNET50_2),
            Preprocessing.imageNet(224, 224),
            new Padim(550, 0.01, 4),
            0,
            config(7).segmentation());
    var e = assertThrows(IllegalArgumentException.class, () -> NetworkShapes.of(large));
    assertTrue(e.getMessage().contains("channels must be fewer than 550"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Padim(0, 0.01, 4));
    assertThrows(IllegalArgumentException.class, () -> new Padim(1, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> new Padim(1, 0.01, -1));
  }

  /** The distribution at a position: mean, covariance plus ridge, its inverse and determinant. */
  private final class Gaussian {
    private final double[] mean;
    private final double[][] inverse;
    private double logDeterminant;

    Gaussian(int[] drawn, int position) {
      int c = drawn.length;
      mean = new double[c];
      double[][] covariance = new double[c][c];
      for (int image = 0; image < IMAGES; image++) {
        double[] x = vector(image, drawn, position);
        for (int i = 0; i < c; i++) {
          mean[i] += x[i] / IMAGES;
        }
      }
      for (int image = 0; image < IMAGES; image++) {
        double[] x = vector(image, drawn, position);
        for (int i = 0; i < c; i++) {
          for (int j = 0; j < c; j++) {
            covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / (IMAGES - 1);
          }
        }
      }
      for (int i = 0; i < c; i++) {
        covariance[i][i] += RIDGE;
      }
      inverse = inverted(covariance);
    }

    double squaredDistance(double[] x) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < x.length; j++) {
          sum += (x[i] - mean[i]) * inverse[i][j] * (x[j] - mean[j]);
        }
      }
      return sum;
    }

    /** Gauss and Jordan, without pivoting: the matrix is positive definite. */
    private double[][] inverted(double[][] matrix) {
      int n = matrix.length;
      double[][] rows = new double[n][2 * n];
      for (int i = 0; i < n; i++) {
        System.arraycopy(matrix[i], 0, rows[i], 0, n);
        rows[i][n + i] = 1;
      }
      for (int i = 0; i < n; i++) {
        double pivot = rows[i][i];
        logDeterminant += Math.log(pivot);
        for (int j = 0; j < 2 * n; j++) {
          rows[i][j] /= pivot;
        }
        for (int k = 0; k < n; k++) {
          double factor = k == i ? 0 : rows[k][i];
          for (int j = 0; j < 2 * n; j++) {
            rows[k][j] -= factor * rows[i][j];
          }
        }
      }
      double[][] inverse = new double[n][];
      for (int i = 0; i < n; i++) {
        inverse[i] = Arrays.copyOfRange(rows[i], n, 2 * n);
      }
      return inverse;
    }
  }

  /** The drawn channels at a position of the finest scale, coarser scales by the nearest pixel. */
  private double[] vector(int image, int[] drawn, int position) {
    long[] fine = shapes.get(0);
    int y = (int) (position / fine[2]);
    int x = (int) (position % fine[2]);
    double[] vector = new double[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      int channel = drawn[i];
      int scale = 0;
      while (channel >= shapes.get(scale)[0]) {
        channel -= (int) shapes.get(scale)[0];
        scale++;
      }
      long[] s = shapes.get(scale);
      long row = y * s[1] / fine[1];
      long column = x * s[2] / fine[2];
      vector[i] = good[image][scale][(int) ((channel * s[1] + row) * s[2] + column)];
    }
    return vector;
  }

  private static int[] drawn(AnomalyModel model, int channels) {
    long[] all = TensorCopy.store(model.parameters().get("padim.channels")).toLongs();
    return Arrays.stream(all).limit(channels).mapToInt(Math::toIntExact).toArray();
  }

  private TrainableModel fitted(int channels) {
    TrainableModel model = new TrainableModel(model(channels, 3));
    try (NoGradGuard constant = new NoGradGuard()) {
      model.fit((Padim) config(channels).settings(), images(IMAGES));
    }
    return model;
  }

  private FittedMethod.GoodFeatures images(int count) {
    return new FittedMethod.GoodFeatures() {
      @Override
      public int images() {
        return count;
      }

      @Override
      public TrainingFeatures of(int image) {
        return features(image);
      }
    };
  }

  private TrainingFeatures features(int image) {
    Tensor[] byScale = new Tensor[shapes.size()];
    for (int scale = 0; scale < byScale.length; scale++) {
      long[] s = shapes.get(scale);
      byScale[scale] = TensorCopy.tensor(StoredTensor.of(good[image][scale], 1, s[0], s[1], s[2]));
    }
    return new TrainingFeatures(List.of(byScale));
  }

  private static AnomalyModel model(int channels, long seed) {
    ModelConfig config =
        TinyLine.config(ModelKind.PADIM, new Padim(channels, RIDGE, 4), HEIGHT, WIDTH, seed);
    return AnomalyModel.create(config, TinyLine.drawnExtractor(config));
  }

  private static ModelConfig config(int channels) {
    return TinyLine.config(ModelKind.PADIM, new Padim(channels, RIDGE, 4), HEIGHT, WIDTH, 3);
  }
}
