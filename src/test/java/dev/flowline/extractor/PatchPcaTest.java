package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class PatchPcaTest {
  private static final int SIZE = 64;
  private static final PatchPca EXTRACTOR = new PatchPca(new PatchPca.Settings(2, 8, 5));

  @Test
  void shapesFollowStridesAndFilters() {
    List<long[]> shapes = new PatchPca(PatchPca.Settings.DEFAULT).featureShapes(64, 96);
    assertEquals(3, shapes.size());
    assertArrayEquals(new long[] {48, 16, 24}, shapes.get(0));
    assertArrayEquals(new long[] {48, 8, 12}, shapes.get(1));
    assertArrayEquals(new long[] {48, 4, 6}, shapes.get(2));
    assertEquals(List.of(4, 8, 16), new PatchPca(PatchPca.Settings.DEFAULT).strides());
  }

  @Test
  void sameSeedSameBits() {
    Map<String, StoredTensor> first = EXTRACTOR.fit(batches(textures(6, false)), 3);
    Map<String, StoredTensor> second = EXTRACTOR.fit(batches(textures(6, false)), 3);
    Map<String, StoredTensor> other = EXTRACTOR.fit(batches(textures(6, false)), 4);
    assertEquals(first.keySet(), second.keySet());
    first.forEach((name, t) -> assertEquals(t.bytes(), second.get(name).bytes(), name));
    String filters = "feature_extractor.extractor.scale0.filters.weight";
    assertTrue(!first.get(filters).bytes().equals(other.get(filters).bytes()));
  }

  @Test
  void learningLeavesNoNativeMemoryBehind() throws InterruptedException {
    List<Tensor> images = textures(2, false).stream().map(TensorCopy::tensor).toList();
    EXTRACTOR.fit(images, 3);
    for (int time = 0; time < 3; time++) { // what is garbage already must not go while we count
      System.gc();
      Thread.sleep(50);
      Pointer.deallocateReferences();
    }
    long before = Pointer.totalCount();
    EXTRACTOR.fit(images, 3);
    assertTrue(Pointer.totalCount() <= before, before + " to " + Pointer.totalCount());
  }

  @Test
  void trainingFeaturesAreWhite() {
    List<StoredTensor> images = textures(12, false);
    Map<String, StoredTensor> fitted = EXTRACTOR.fit(batches(images), 1);
    for (int scale = 0; scale < 2; scale++) {
      double[][] f = positions(features(fitted, images), scale);
      for (int a = 0; a < 16; a++) {
        for (int b = 0; b <= a; b++) {
          double product = 0;
          for (double[] position : f) {
            product += position[a] * position[b] / f.length;
          }
          if (a == b) {
            assertTrue(product > 0.5 && product < 1.01, "variance " + product);
          } else {
            assertEquals(0, product, 0.01);
          }
        }
      }
    }
  }

  @Test
  void equalsPlainLoops() {
    List<StoredTensor> images = textures(3, false);
    Map<String, StoredTensor> fitted = EXTRACTOR.fit(batches(images), 1);
    double[] image = images.get(0).toDoubles();
    int size = SIZE;
    for (int scale = 0; scale < 2; scale++) {
      StoredTensor actual = features(fitted, images.subList(0, 1)).get(0).get(scale);
      double[] expected = PatchPcaReference.features(fitted, scale, image, size, 8, 5);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual.get(i), 2e-3 * Math.max(1, Math.abs(expected[i])));
      }
      image = PatchPcaReference.halve(image, size);
      size /= 2;
    }
  }

  @Test
  void aScratchStandsOut() {
    Map<String, StoredTensor> fitted = EXTRACTOR.fit(batches(textures(12, false)), 1);
    double[] map = meanSquares(features(fitted, textures(1, true)).get(0).get(0));
    double inside = 0;
    double outside = 0;
    for (int i = 0; i < map.length; i++) {
      if (i / 16 == 8) {
        inside += map[i] / 16;
      } else if (Math.abs(i / 16 - 8) > 2) {
        outside += map[i] / (16 * 11);
      }
    }
    assertTrue(inside > 3 * outside, inside + " inside, " + outside + " outside");
  }

  @Test
  void featurelessImagesGiveFiniteFeatures() {
    List<StoredTensor> grey =
        List.of(StoredTensor.of(new float[3 * SIZE * SIZE], 1, 3, SIZE, SIZE));
    Map<String, StoredTensor> fitted = EXTRACTOR.fit(batches(grey), 1);
    for (StoredTensor f : features(fitted, textures(1, true)).get(0)) {
      for (double value : f.toDoubles()) {
        assertTrue(Double.isFinite(value));
      }
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    var size = assertThrows(IllegalArgumentException.class, () -> EXTRACTOR.requireInput(64, 60));
    assertEquals(
        "input 64 x 60: patch-pca takes heights and widths that are multiples of 8",
        size.getMessage());
    assertThrows(IllegalArgumentException.class, () -> EXTRACTOR.fit(List.of(), 0));
    assertThrows(IllegalArgumentException.class, () -> new PatchPca.Settings(0, 8, 5));
    assertThrows(IllegalArgumentException.class, () -> new PatchPca.Settings(2, 76, 5));
    assertThrows(IllegalArgumentException.class, () -> new PatchPca.Settings(2, 8, 4));
  }

  private static Iterable<Tensor> batches(List<StoredTensor> images) {
    return () -> images.stream().map(TensorCopy::tensor).iterator();
  }

  private static List<List<StoredTensor>> features(
      Map<String, StoredTensor> fitted, List<StoredTensor> images) {
    List<List<StoredTensor>> features = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(EXTRACTOR.frozenParameters(SIZE, SIZE), fitted, 0);
        NoGradGuard noGrad = new NoGradGuard()) {
      for (StoredTensor image : images) {
        features.add(
            EXTRACTOR.features(new TorchOps(parameters), TensorCopy.tensor(image)).stream()
                .map(TensorCopy::store)
                .toList());
      }
    }
    return features;
  }

  private static double[][] positions(List<List<StoredTensor>> features, int scale) {
    List<double[]> positions = new ArrayList<>();
    for (List<StoredTensor> scales : features) {
      StoredTensor f = scales.get(scale);
      int channels = (int) f.shape()[1];
      int area = (int) f.elements() / channels;
      for (int i = 0; i < area; i++) {
        double[] position = new double[channels];
        for (int c = 0; c < channels; c++) {
          position[c] = f.get(c * area + i);
        }
        positions.add(position);
      }
    }
    return positions.toArray(double[][]::new);
  }

  private static double[] meanSquares(StoredTensor f) {
    int channels = (int) f.shape()[1];
    double[] map = new double[(int) f.elements() / channels];
    for (int i = 0; i < f.elements(); i++) {
      map[i % map.length] += f.get(i) * f.get(i) / channels;
    }
    return map;
  }

  /** A grating with noise; a bright horizontal scratch through rows 33 and 34 on request. */
  private static List<StoredTensor> textures(int count, boolean scratch) {
    Random random = new Random(scratch ? 99 : 5);
    List<StoredTensor> images = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      double phase = random.nextDouble() * 6;
      float[] image = new float[3 * SIZE * SIZE];
      for (int i = 0; i < SIZE * SIZE; i++) {
        double value =
            Math.sin(i % SIZE * 0.7 + phase)
                + 0.5 * Math.sin(i / SIZE * 0.4 + 2 * phase)
                + 0.3 * random.nextGaussian()
                + (scratch && i / SIZE / 2 == 17 ? 1.5 : 0);
        for (int c = 0; c < 3; c++) {
          image[c * SIZE * SIZE + i] = (float) (value * (1 - 0.1 * c));
        }
      }
      images.add(StoredTensor.of(image, 1, 3, SIZE, SIZE));
    }
    return images;
  }
}
