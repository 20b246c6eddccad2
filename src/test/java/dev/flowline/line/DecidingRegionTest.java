package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/** A defect always has the region that decided, with the number that decided. */
class DecidingRegionTest {
  private static final int CHANNELS = 8;
  private static final int[][] SCALES = {{24, 20}, {12, 10}, {5, 7}};
  private static final int[][] MAPS = {{24, 20}, {96, 80}, {61, 97}, {12, 10}, {7, 3}, {1, 1}};

  /** Values that a test reads in place: they must stay reachable as long as it runs. */
  private record Drawn(List<NativeView> latents, int scale, int row, int column) {}

  /** White noise, in which one position of one scale is more or less far out. */
  private static Drawn drawn(Random random) {
    int planted = random.nextInt(SCALES.length);
    int row = random.nextInt(SCALES[planted][0]);
    int column = random.nextInt(SCALES[planted][1]);
    float strength = 1.5f + 2 * random.nextFloat();
    List<NativeView> latents = new ArrayList<>();
    for (int scale = 0; scale < SCALES.length; scale++) {
      int height = SCALES[scale][0];
      int width = SCALES[scale][1];
      float[] values = new float[CHANNELS * height * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      for (int c = 0; c < CHANNELS && scale == planted; c++) {
        values[(c * height + row) * width + column] = strength;
      }
      FloatPointer pointer = new FloatPointer(values);
      long[] shape = {1, CHANNELS, height, width};
      latents.add(NativeView.cpu(pointer.address(), shape, pointer));
    }
    return new Drawn(latents, planted, row, column);
  }

  private static SegmentationOptions chiSquare() {
    return new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);
  }

  private static SegmentationOptions withLaw() {
    Random random = new Random(7);
    List<float[]> maxima = new ArrayList<>();
    try (AContrario plain = new AContrario(chiSquare(), 1)) {
      for (int image = 0; image < 12; image++) {
        maxima.add(plain.fusedMaps(noise(random)).get(0).regionMaxima());
      }
    }
    return chiSquare().withLaw(new RegionLaw(maxima));
  }

  private static List<NativeView> noise(Random random) {
    return drawn(random).latents();
  }

  private static FieldOfView view(int[] size, boolean partial) {
    FieldOfView whole = FieldOfView.whole(size[0], size[1]);
    return partial && size[1] > 4
        ? whole.within(size[1] / 4, 0, size[1] - size[1] / 4, size[0])
        : whole;
  }

  /** The threshold lies just above what the image has, where interpolation levels most. */
  @Test
  void aDefectHasTheRegionThatDecidedAndNothingElseHasAny() {
    Random random = new Random(20261129);
    int levelled = 0;
    for (SegmentationOptions test : List.of(chiSquare(), withLaw())) {
      for (int round = 0; round < 40; round++) {
        Drawn drawn = drawn(random);
        for (int[] size : MAPS) {
          FieldOfView view = view(size, round % 2 == 1);
          float smallest;
          boolean interpolatedAway;
          try (AContrario plain = new AContrario(test, 1)) {
            var map = plain.segment(drawn.latents(), view).get(0);
            smallest = map.minLog10Nfa();
            double above = smallest + 0.01;
            interpolatedAway = map.regions(above).isEmpty();
          }
          levelled += interpolatedAway ? 1 : 0;
          check(drawn, test.withLog10Epsilon(smallest + 0.01), view, smallest);
          check(drawn, test.withLog10Epsilon(smallest + 3.0), view, smallest);
          check(drawn, test.withLog10Epsilon(smallest), view, smallest);
        }
      }
    }
    assertTrue(levelled > 50, levelled + " maps were levelled: too few to prove anything");
  }

  private static void check(
      Drawn drawn, SegmentationOptions test, FieldOfView view, float smallest) {
    double log10Epsilon = test.log10Epsilon();
    try (Judge judge = new Judge(test, Device.CPU)) {
      Judgement judgement = judge.judge(drawn.latents(), Optional.empty(), view, false).get(0);
      boolean defect = smallest < log10Epsilon;
      assertEquals(defect ? Verdict.DEFECT : Verdict.GOOD, judgement.verdict());
      assertEquals(
          defect,
          judgement.regions().stream().anyMatch(region -> region.log10Nfa() < log10Epsilon));
      assertEquals(smallest, judgement.nfaMap().minLog10Nfa());
      if (!defect) {
        assertEquals(List.of(), judgement.regions());
        return;
      }
      Region deciding = judgement.regions().get(0);
      assertEquals(smallest, deciding.log10Nfa(), "one number");
      assertEquals(
          smallest, judgement.regions().stream().mapToDouble(Region::log10Nfa).min().orElseThrow());
      int peak = deciding.peakY() * view.width() + deciding.peakX();
      assertEquals(smallest, judgement.nfaMap().log10Nfa()[peak]);
      assertTrue(judgement.nfaMap().mask(log10Epsilon)[peak], "the mask shows it");
      assertTrue(view.contains(deciding.peakY(), deciding.peakX()), "it lies in the view");
      for (float pixel : judgement.nfaMap().log10Nfa()) {
        assertFalse(pixel < smallest);
      }
    }
  }

  /** A single position far out, on each scale in turn, is where the region says it is. */
  @Test
  void theRegionLiesWhereTheTestDecided() {
    Random random = new Random(5);
    int[] seen = new int[SCALES.length];
    for (int round = 0; round < 60; round++) {
      Drawn drawn = drawn(random);
      for (int[] size : MAPS) {
        FieldOfView view = FieldOfView.whole(size[0], size[1]);
        try (AContrario plain = new AContrario(chiSquare(), 1)) {
          int[] grid = SCALES[drawn.scale()];
          var onGrid = plain.segment(drawn.latents(), FieldOfView.whole(grid[0], grid[1])).get(0);
          float there = onGrid.log10Nfa()[drawn.row() * grid[1] + drawn.column()];
          if (there != onGrid.minLog10Nfa()) {
            continue; // the noise was stronger
          }
          seen[drawn.scale()]++;
          SegmentationOptions test = chiSquare().withLog10Epsilon(there + 0.01);
          try (Judge judge = new Judge(test, Device.CPU)) {
            Region region =
                judge.judge(drawn.latents(), Optional.empty(), view, false).get(0).regions().get(0);
            Region inImage = new MapScale(size[0], size[1], 480, 560).inImage(region);
            assertTrue(
                inImage.x() * grid[1] < (drawn.column() + 1) * 560
                    && drawn.column() * 560 < (inImage.x() + inImage.width()) * grid[1]
                    && inImage.y() * grid[0] < (drawn.row() + 1) * 480
                    && drawn.row() * 480 < (inImage.y() + inImage.height()) * grid[0],
                inImage + " does not touch " + drawn.row() + ", " + drawn.column());
            assertTrue(inImage.x() + inImage.width() <= 560 && inImage.y() >= 0);
          }
        }
      }
    }
    for (int count : seen) {
      assertTrue(count > 10, count + " of a scale are too few");
    }
  }

  /** Where nothing is tested, nothing is known: this is no good part. */
  @Test
  void nothingInViewIsNotInspected() {
    boolean[] everything = new boolean[24 * 20];
    java.util.Arrays.fill(everything, true);
    FieldOfView view = FieldOfView.whole(24, 20).ignoring(everything);
    try (Judge judge = new Judge(chiSquare(), Device.CPU)) {
      Judgement judgement = judge.judge(noise(new Random(1)), Optional.empty(), view, false).get(0);
      assertEquals(Verdict.NOT_INSPECTED, judgement.verdict());
      assertEquals(List.of(), judgement.regions());
    }
  }
}
