package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

class LatentStatisticsTest {
  private static final List<long[]> SHAPES =
      List.of(new long[] {1, 37, 6, 8}, new long[] {1, 5, 3, 4});

  @Test
  void areWhatTheirNamesSay() {
    Random random = new Random(20261128);
    List<float[]> values = new ArrayList<>();
    try (AContrario test =
        new AContrario(
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0), Device.CPU, 1)) {
      List<NativeView> latents = new ArrayList<>();
      for (long[] shape : SHAPES) {
        float[] scale = new float[(int) (shape[1] * shape[2] * shape[3])];
        for (int i = 0; i < scale.length; i++) {
          scale[i] = (float) (0.3 + random.nextGaussian());
        }
        values.add(scale);
        FloatPointer memory = new FloatPointer(scale);
        latents.add(NativeView.cpu(memory.address(), shape, memory));
      }
      List<Double> found =
          LatentStatistics.of(
              test.mapsWithMoments(latents, FieldOfView.whole(1, 1)).get(0).moments());
      List<String> names = LatentStatistics.names(SHAPES);
      assertEquals(2 + 3 + 16 + 5, names.size());
      assertEquals(names.size(), found.size());

      for (int scale = 0; scale < 2; scale++) {
        double sum = 0;
        for (float z : values.get(scale)) {
          sum += z * z;
        }
        assertClose(sum / values.get(scale).length, found.get(scale));
      }
      float[] levels = test.fusedMaps(latents).get(0).levels();
      double median = found.get(names.indexOf("level that 50 % of the positions exceed"));
      int above = 0;
      for (float level : levels) {
        above += level > median ? 1 : 0;
      }
      assertEquals(levels.length / 2.0, above, 1);
      assertClose(
          mean(values.get(0), 48, 34, 37),
          found.get(names.indexOf("mean of channels 34 to 36 of scale 0")));
      assertClose(
          mean(values.get(1), 12, 4, 5), found.get(names.indexOf("mean of channel 4 of scale 1")));
    }
  }

  /** A float's digits are kept. */
  private static void assertClose(double expected, double found) {
    assertEquals(expected, found, 1e-6 * Math.abs(expected) + 1e-7);
    assertTrue(Double.toString(found).length() <= 14, "" + found);
  }

  private static double mean(float[] values, int positions, int from, int to) {
    double sum = 0;
    for (int i = from * positions; i < to * positions; i++) {
      sum += values[i];
    }
    return sum / ((to - from) * positions);
  }
}
