package dev.flowline.line;

import static dev.flowline.line.CalibratedViewPromiseTest.CHANNELS;
import static dev.flowline.line.CalibratedViewPromiseTest.SIDE;
import static dev.flowline.line.CalibratedViewPromiseTest.assertPromiseHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.GoodImages;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.RegionOfInterest;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zone;
import dev.flowline.segmentation.Zones;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/**
 * The promise of thresholds that were measured with zones, on latents of which the truth is known:
 * the zone "seal" on the right is calm, the zone "belt" on the left is restless in some images.
 */
class ZonesPromiseTest {
  private static SegmentationOptions zones(double seal, Integer smallestOfBelt) {
    int[] zoneOf = new int[SIDE * SIDE];
    for (int i = 0; i < zoneOf.length; i++) {
      zoneOf[i] = i % SIDE < SIDE / 2 ? 1 : 0;
    }
    List<Zone> zones =
        List.of(
            new Zone("seal", seal, null, null), new Zone("belt", 1 - seal, smallestOfBelt, null));
    return SegmentationOptions.DEFAULT.withZones(new Zones(SIDE, SIDE, zoneOf, zones));
  }

  /** White noise that is a little stronger in the belt of each image; a square is stronger. */
  private static List<NativeView> calmer(long seed, int x, int side, double strength) {
    Random random = new Random(new SplittableRandom(seed).nextLong());
    double belt = 1.2 * Math.exp(0.1 * random.nextGaussian());
    float[] values = new float[CHANNELS * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      int column = i % SIDE;
      int row = i / SIDE % SIDE;
      boolean hit = column >= x && column < x + side && row >= 10 && row < 10 + side;
      double usual = column < SIDE / 2 ? belt : 1;
      values[i] = (float) (usual * (hit ? strength : 1) * random.nextGaussian());
    }
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
        reader.read(calmer(firstSeed + image, 0, 0, 1), null);
      }
    };
  }

  private static Judge calibrated(SegmentationOptions wanted, int draw) throws IOException {
    Calibrator calibrator = new Calibrator(Device.CPU);
    long seed = 5_000_000L + 1_000_000L * draw;
    SegmentationOptions test =
        calibrator.measured(wanted, NullHypothesis.CALIBRATED, good(seed, 150));
    Calibration calibration =
        calibrator.threshold(test, new FalseAlarmRate(0.1, null), good(seed + 10_000, 199));
    return new Judge(test.withLog10Epsilon(calibration.log10Epsilon()), Device.CPU);
  }

  private static List<Region> regions(Judge judge, List<NativeView> latents) {
    return judge
        .judge(latents, Optional.empty(), judge.test().view(48, 60), false)
        .get(0)
        .regions();
  }

  /** Returns how many of 400 good images alarm, by zone. */
  private static Map<String, Integer> alarms(Judge judge) {
    Map<String, Integer> alarms = new HashMap<>(Map.of("seal", 0, "belt", 0));
    for (int image = 0; image < 400; image++) {
      List<Region> found = regions(judge, calmer(80_000 + image, 0, 0, 1));
      if (!found.isEmpty()) {
        alarms.merge(found.get(0).zone(), 1, Integer::sum);
      }
    }
    return alarms;
  }

  @Test
  void thePromiseHoldsWhateverTheSharesAre() throws IOException {
    assertPromiseHolds(zones(0.9, null));
    assertPromiseHolds(zones(0.02, 9));
  }

  @Test
  void thePromiseHoldsInAFieldOfViewToo() throws IOException {
    CalibratedView middle =
        CalibratedView.of(SIDE, SIDE, RegionOfInterest.ofPercent(20, 0, 60, 100), null, null)
            .orElseThrow();
    assertPromiseHolds(zones(0.7, null).withFieldOfView(middle));
  }

  @Test
  void aShareIsRoughlyThatOfTheFalseAlarms() throws IOException {
    for (double seal : new double[] {0.1, 0.5, 0.9}) {
      int ofSeal = 0;
      int ofBelt = 0;
      for (int draw = 0; draw < 8; draw++) {
        try (Judge judge = calibrated(zones(seal, null), draw)) {
          Map<String, Integer> alarms = alarms(judge);
          ofSeal += alarms.get("seal");
          ofBelt += alarms.get("belt");
        }
      }
      double share = ofSeal / (double) (ofSeal + ofBelt);
      assertEquals(seal, share, 0.2, ofSeal + " alarms in the seal, " + ofBelt + " in the belt");
    }
  }

  private static int found(Judge judge, int x, int side, double strength) {
    int found = 0;
    for (int image = 0; image < 100; image++) {
      found += regions(judge, calmer(90_000 + image, x, side, strength)).isEmpty() ? 0 : 1;
    }
    return found;
  }

  @Test
  void theSameDefectAlarmsInAStrictZoneAndNotInATolerantOne() throws IOException {
    try (Judge strict = calibrated(zones(0.99, null), 0);
        Judge tolerant = calibrated(zones(0.01, null), 0)) {
      List<Zone> ofStrict = strict.test().zones().list();
      assertNotEquals(strict.test().log10Epsilon(), tolerant.test().log10Epsilon());
      assertEquals(ofStrict.get(0).law(), tolerant.test().zones().list().get(0).law());
      assertNotEquals(ofStrict.get(0).law(), ofStrict.get(1).law());
      int inSealByStrict = found(strict, 17, 3, 1.5);
      int inSealByTolerant = found(tolerant, 17, 3, 1.5);
      int inBeltByStrict = found(strict, 3, 3, 1.5);
      int inBeltByTolerant = found(tolerant, 3, 3, 1.5);
      assertTrue(
          inSealByStrict >= inSealByTolerant + 30, inSealByStrict + " of 100, " + inSealByTolerant);
      assertTrue(
          inBeltByTolerant >= inBeltByStrict + 20, inBeltByTolerant + " of 100, " + inBeltByStrict);
      assertEquals("seal", regions(strict, calmer(90_000, 15, 6, 4)).get(0).zone());
    }
  }

  /** The zone's own smallest area holds there, and nowhere else. */
  @Test
  void aZoneCanHaveASmallestAreaOfItsOwn() throws IOException {
    try (Judge byAny = calibrated(zones(0.5, null), 0);
        Judge byLarge = calibrated(zones(0.5, 9), 0)) {
      int without = found(byAny, 4, 2, 4);
      int with = found(byLarge, 4, 2, 4);
      int inSeal = found(byLarge, 17, 2, 4);
      assertTrue(with + 40 < without, with + " with a smallest area, " + without + " without");
      assertTrue(inSeal >= 90, inSeal + " in the other zone");
    }
  }
}
