package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.LatentStatistics;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionOfInterest;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/**
 * The promise of thresholds that were measured with a field of view and a smallest region, on
 * latents of which the truth is known: noise on the right, a restless belt on the left.
 */
class CalibratedViewPromiseTest {
  static final int CHANNELS = 6;
  static final int SIDE = 24;
  private static final int LAW = 60;
  private static final int THRESHOLD = 99;
  private static final int TESTED = 200;
  private static final int DRAWS = 60;

  /** Of the share of alarms over all draws: by the calibration images and the tested ones. */
  private static final double DEVIATION = Math.sqrt((0.09 / 101 + 0.09 / TESTED) / DRAWS);

  private static final FalseAlarmRate RATE = new FalseAlarmRate(0.1, null);
  private static final int SMALLEST = 9;

  private static final CalibratedView RIGHT =
      CalibratedView.of(SIDE, SIDE, RegionOfInterest.ofPercent(50, 0, 50, 100), null, null)
          .orElseThrow();

  /** A defect: a square of strong latents; of side 0 it is none. */
  private record Defect(int x, int y, int side) {}

  private static final Defect NONE = new Defect(0, 0, 0);

  private static float[] latents(long seed, Defect defect) {
    Random random = new Random(new SplittableRandom(seed).nextLong()); // neighbours are alike else
    double belt = random.nextInt(4) == 0 ? 3.5 : 1; // some images have a bright left half
    float[] values = new float[CHANNELS * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      int x = i % SIDE;
      int y = i / SIDE % SIDE;
      boolean hit =
          x >= defect.x
              && x < defect.x + defect.side
              && y >= defect.y
              && y < defect.y + defect.side;
      double strength = hit ? 6 : x < SIDE / 2 ? belt : 1;
      values[i] = (float) (strength * random.nextGaussian());
    }
    return values;
  }

  private static List<NativeView> views(float[] values) {
    FloatPointer pointer = new FloatPointer(values);
    return List.of(
        NativeView.cpu(pointer.address(), new long[] {1, CHANNELS, SIDE, SIDE}, pointer));
  }

  private static GoodImages good(long firstSeed, int count) {
    return new GoodImages() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public void read(int image, Reader reader) {
        reader.read(views(latents(firstSeed + image, NONE)), null);
      }
    };
  }

  /** Returns the test that one draw of calibration images gives. */
  private static SegmentationOptions measured(SegmentationOptions wanted, int draw)
      throws IOException {
    Calibrator calibrator = new Calibrator(Device.CPU);
    long seed = 1_000_000L * draw;
    SegmentationOptions test =
        calibrator.measured(wanted, NullHypothesis.CALIBRATED, good(seed + 10_000, LAW));
    Calibration calibration = calibrator.threshold(test, RATE, good(seed + 20_000, THRESHOLD));
    assertEquals(RATE.rate(), calibration.guaranteed(), 1e-12);
    return test.withLog10Epsilon(calibration.log10Epsilon());
  }

  private static Verdict verdict(Judge judge, long seed, Defect defect) {
    return judge
        .judge(views(latents(seed, defect)), Optional.empty(), judge.test().view(48, 60), false)
        .get(0)
        .verdict();
  }

  private static int alarms(Judge judge, long firstSeed) {
    int alarms = 0;
    for (int image = 0; image < TESTED; image++) {
      alarms += verdict(judge, firstSeed + image, NONE) == Verdict.DEFECT ? 1 : 0;
    }
    return alarms;
  }

  /** Over the draws of calibration images, as the promise is meant. */
  static void assertPromiseHolds(SegmentationOptions wanted) throws IOException {
    CountBand band = CountBand.of(RATE.rate(), TESTED, THRESHOLD);
    int inBand = 0;
    int alarms = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      try (Judge judge = new Judge(measured(wanted, draw), Device.CPU)) {
        int ofDraw = alarms(judge, 1_000_000L * draw + 30_000);
        inBand += ofDraw >= band.low() && ofDraw <= band.high() ? 1 : 0;
        alarms += ofDraw;
      }
    }
    double share = alarms / (double) (DRAWS * TESTED);
    assertEquals(RATE.rate(), share, 3 * DEVIATION, alarms + " alarms");
    assertTrue(inBand >= 0.9 * DRAWS, inBand + " draws in their band of 95 %");
  }

  @Test
  void theThresholdIsThatOfWhatIsLookedAt() throws IOException {
    SegmentationOptions whole = measured(SegmentationOptions.DEFAULT, 0);
    SegmentationOptions right = measured(SegmentationOptions.DEFAULT.withFieldOfView(RIGHT), 0);
    assertNotEquals(whole.log10Epsilon(), right.log10Epsilon());
    assertNotEquals(whole.law(), right.law());
    assertEquals(whole.law().classes() - 1, right.law().classes(), "of half of the positions");
    Defect faint = new Defect(16, 10, 3);
    Defect beside = new Defect(3, 10, 6);
    int found = 0;
    assertPromiseHolds(SegmentationOptions.DEFAULT.withFieldOfView(RIGHT));
    try (Judge judge = new Judge(right, Device.CPU)) {
      for (int image = 0; image < 50; image++) {
        found += verdict(judge, 40_000 + image, faint) == Verdict.DEFECT ? 1 : 0;
        assertEquals(
            verdict(judge, 50_000 + image, NONE),
            verdict(judge, 50_000 + image, beside),
            "a defect out of view changes nothing");
      }
    }
    assertTrue(found >= 48, found + " of 50 found");
    // The law and the threshold of whole images break the promise: nobody looks at the belt.
    try (Judge judge = new Judge(whole.withFieldOfView(RIGHT), Device.CPU)) {
      int alarms = alarms(judge, 30_000);
      assertTrue(alarms < 0.05 * TESTED, alarms + " alarms: needlessly careful, at 10 % asked");
    }
  }

  @Test
  void aSmallestRegionNeedsALaw() {
    SegmentationOptions test = SegmentationOptions.DEFAULT.withSmallestRegion(SMALLEST);
    assertThrows(IllegalArgumentException.class, () -> new Judge(test, Device.CPU));
  }

  /** What drift is watched by knows nothing of the belt. */
  @Test
  void latentStatisticsAreThoseOfWhatIsLookedAt() {
    SegmentationOptions test = SegmentationOptions.DEFAULT.withFieldOfView(RIGHT);
    try (Judge judge = new Judge(test, Device.CPU)) {
      for (int image = 0; image < 10; image++) {
        List<Double> calm = statistics(judge, image, NONE);
        assertEquals(calm, statistics(judge, image, new Defect(2, 3, 8)), "out of view");
        assertNotEquals(calm, statistics(judge, image, new Defect(14, 3, 8)), "in view");
      }
    }
  }

  private static List<Double> statistics(Judge judge, long seed, Defect defect) {
    FieldOfView view = judge.test().view(60, 48);
    Judgement judgement =
        judge.judge(views(latents(seed, defect)), Optional.empty(), view, true).get(0);
    return LatentStatistics.of(judgement.moments(), view);
  }

  @Test
  void whatIsSmallerThanTheSmallestRegionMakesNoDefect() throws IOException {
    SegmentationOptions wanted =
        SegmentationOptions.DEFAULT.withFieldOfView(RIGHT).withSmallestRegion(SMALLEST);
    SegmentationOptions any = measured(wanted.withSmallestRegion(0), 0);
    SegmentationOptions large = measured(wanted, 0);
    assertNotEquals(any.log10Epsilon(), large.log10Epsilon());
    assertPromiseHolds(wanted);
    int smallFound = 0;
    int smallFoundByAny = 0;
    int largeFound = 0;
    try (Judge judge = new Judge(large, Device.CPU);
        Judge ofAny = new Judge(any, Device.CPU)) {
      for (int image = 0; image < 50; image++) {
        Defect small = new Defect(17, 12, 2);
        smallFound += verdict(judge, 60_000 + image, small) == Verdict.DEFECT ? 1 : 0;
        smallFoundByAny += verdict(ofAny, 60_000 + image, small) == Verdict.DEFECT ? 1 : 0;
        largeFound +=
            verdict(judge, 70_000 + image, new Defect(15, 9, 5)) == Verdict.DEFECT ? 1 : 0;
      }
    }
    assertTrue(smallFoundByAny >= 45, smallFoundByAny + " small defects of 50 without the rule");
    assertTrue(smallFound <= 15, smallFound + " small defects of 50 with it");
    assertTrue(largeFound >= 48, largeFound + " large defects of 50");
  }
}
