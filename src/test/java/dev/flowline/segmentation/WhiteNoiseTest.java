package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threshold holds what it promises: at most ε false alarms an image on white noise. */
class WhiteNoiseTest {
  private static final int BATCHES = 40;
  private static final int BATCH = 50;

  /**
   * 2,000 latents of two scales. PUBLISHED pays for the largest polyominoes of the map, so that on
   * noise it detects nothing; BY_SIZE may, at the stated rate of one region an image at most, and
   * by the unions that its bound neglects in fact far less.
   */
  @ParameterizedTest
  @CsvSource({
    "CHERNOFF, PUBLISHED, 0, 0",
    "EXACT, PUBLISHED, 0, 0",
    "CHERNOFF, BY_SIZE, 0, 200",
    "EXACT, BY_SIZE, 0, 2000",
    "EXACT, BY_SIZE, -2, 20",
  })
  void falseAlarms(PfaBound bound, NumberOfTests tests, double log10Epsilon, int most) {
    SegmentationOptions options = new SegmentationOptions(bound, tests, log10Epsilon);
    Random random = new Random(20261121);
    int regions = 0;
    try (AContrario aContrario = new AContrario(options, 1)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        try (NativeLatents latents = new NativeLatents()) {
          latents.add(noise(random, BATCH * 12 * 14 * 14), BATCH, 12, 14, 14);
          latents.add(noise(random, BATCH * 16 * 7 * 7), BATCH, 16, 7, 7);
          List<NfaMap> maps = aContrario.segment(latents.views(), 28, 28);
          regions += maps.stream().mapToInt(map -> map.regions(log10Epsilon).size()).sum();
        }
      }
    }
    assertTrue(regions <= most, options + ": " + regions + " false alarms");
  }

  private static float[] noise(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
