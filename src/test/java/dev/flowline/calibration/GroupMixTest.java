package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.segmentation.GuardBand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calibration images of which one group weighs more than another. */
class GroupMixTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static GroupMix mix(double a, double b) {
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("a", a);
    shares.put("b", b);
    return new GroupMix(shares);
  }

  private static FalseAlarmRate rate(double rate) {
    return new FalseAlarmRate(rate, null);
  }

  /** Images of two groups, the second of which is darker, say, and more anomalous. */
  private static List<CalibrationImage> images(Random random, int a, int b, double shift) {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < a + b; i++) {
      double value = random.nextGaussian() - (i < a ? 0 : shift);
      images.add(new CalibrationImage(value, List.of(i < a ? 0.0 : 1.0), null, i < a ? "a" : "b"));
    }
    return images;
  }

  @Test
  void theMixOfTheImagesIsNoMix() {
    for (int n : new int[] {20, 40, 99, 400}) {
      List<CalibrationImage> images = images(new Random(n), 3 * n / 4, n / 4, 1);
      double a = (3 * n / 4) / (double) images.size();
      for (double rate : new double[] {0.05, 0.1, 0.37}) {
        Calibration plain = Calibration.of(images, rate(rate));
        Calibration mixed = Calibration.of(images, rate(rate), mix(a, 1 - a));
        assertEquals(plain.rank(), mixed.rank());
        assertEquals(plain.guaranteed(), mixed.guaranteed(), 1e-12);
        assertEquals(plain.log10Epsilon(), mixed.log10Epsilon());
        assertEquals(images.size(), mixed.effectiveImages(), 1e-9);
      }
    }
  }

  /** By the definition: the weight of a part and of all images that are at least as anomalous. */
  @Test
  void aPartAlarmsExactlyIfItsWeightedRankIsSmall() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int a = 20 + random.nextInt(100);
      int b = 20 + random.nextInt(100);
      double share = 0.2 + 0.6 * random.nextDouble();
      List<CalibrationImage> images = images(random, a, b, 1);
      Calibration calibration = Calibration.of(images, rate(0.2), mix(share, 1 - share));
      double largest = Math.max(share / a, (1 - share) / b);
      for (int part = 0; part < 50; part++) {
        double value = 2 * random.nextGaussian() - 1;
        double weight = largest;
        for (CalibrationImage image : images) {
          boolean asAnomalous = image.minLog10Nfa() <= value;
          weight += asAnomalous ? (image.group().equals("a") ? share / a : (1 - share) / b) : 0;
        }
        boolean defect = value < calibration.log10Epsilon();
        assertEquals(weight <= 0.2 * (1 + largest), defect);
        double pValue = calibration.pValue(value);
        assertEquals(Math.min(1, weight / (1 + largest)), pValue, 1e-12);
        assertEquals(defect, pValue <= calibration.guaranteed());
      }
      assertTrue(calibration.guaranteed() <= 0.2 && calibration.guaranteed() > 0.15);
    }
  }

  /** Exact rates of normal numbers, over many choices of the images. */
  @ParameterizedTest
  @CsvSource({
    "160, 40, 0.2, 1.0, 0.05",
    "160, 40, 0.5, 1.5, 0.05",
    "180, 20, 0.5, 1.5, 0.05",
    "180, 20, 0.1, 1.5, 0.1",
    "20, 60, 0.7, 2.0, 0.1"
  })
  void thePromiseHoldsInTheMix(int a, int b, double share, double shift, double rate) {
    Random random = new Random(a + b);
    NormalDistribution normal = NormalDistribution.of(0, 1);
    int draws = 2000;
    double mixed = 0;
    double plain = 0;
    double squares = 0;
    for (int draw = 0; draw < draws; draw++) {
      List<CalibrationImage> images = images(random, a, b, shift);
      double inMix = 0;
      for (boolean weighted : new boolean[] {true, false}) {
        double threshold =
            Calibration.of(images, rate(rate), weighted ? mix(share, 1 - share) : null)
                .log10Epsilon();
        double alarms =
            share * normal.cumulativeProbability(threshold)
                + (1 - share) * normal.cumulativeProbability(threshold + shift);
        inMix = weighted ? alarms : inMix;
        plain += weighted ? 0 : alarms / draws;
      }
      mixed += inMix / draws;
      squares += inMix * inMix / draws;
    }
    double deviation = Math.sqrt((squares - mixed * mixed) / draws);
    assertTrue(mixed < rate + 3 * deviation, mixed + " of " + rate);
    assertTrue(mixed > 0.6 * rate, mixed + " of " + rate + ": needlessly careful");
    assertTrue(Math.abs(plain - rate) > 0.5 * rate, plain + " without weights");
  }

  /** A good part has a p-value of at most t with a probability of at most t, in the mix. */
  @ParameterizedTest
  @CsvSource({
    "16, 4, 0.2, 1.0, false",
    "16, 4, 0.5, 1.5, false",
    "10, 30, 0.7, 2.0, false",
    "10, 30, 0.7, 2.0, true"
  })
  void pValuesAreNotTooSmallInTheMix(int a, int b, double share, double shift, boolean ties) {
    Random random = new Random(7L * a + b);
    int rounds = 20_000;
    double[] levels = {0.15, 0.2, 0.3, 0.5, 0.8};
    int[] atMost = new int[levels.length];
    for (int round = 0; round < rounds; round++) {
      List<CalibrationImage> images = new ArrayList<>();
      for (CalibrationImage image : images(random, a, b, shift)) {
        images.add(
            new CalibrationImage(rounded(image.minLog10Nfa(), ties), null, null, image.group()));
      }
      double part = random.nextGaussian() - (random.nextDouble() < share ? 0 : shift);
      double pValue =
          Calibration.of(images, rate(0.5), mix(share, 1 - share)).pValue(rounded(part, ties));
      for (int i = 0; i < levels.length; i++) {
        atMost[i] += pValue <= levels[i] ? 1 : 0;
      }
    }
    for (int i = 0; i < levels.length; i++) {
      double t = levels[i];
      double band = 4 * Math.sqrt(t * (1 - t) / rounds);
      assertTrue(atMost[i] / (double) rounds <= t + band, t + ": " + atMost[i]);
    }
    assertTrue(atMost[3] > 0.3 * rounds, "needlessly careful: " + atMost[3]);
  }

  private static double rounded(double value, boolean ties) {
    return ties ? Math.round(2 * value) / 2.0 : value;
  }

  @Test
  void pValuesOfTheMixOfTheImagesAreThoseWithoutAMix() {
    List<CalibrationImage> images = images(new Random(3), 60, 20, 1);
    Calibration plain = Calibration.of(images, rate(0.1));
    Calibration mixed = Calibration.of(images, rate(0.1), mix(0.75, 0.25));
    for (double value = -5; value < 5; value += 0.1) {
      assertEquals(plain.pValue(value), mixed.pValue(value), 1e-9);
    }
    assertEquals(1, mixed.pValue(Double.POSITIVE_INFINITY), 1e-9);
  }

  @Test
  void itIsStoredAndAskedForOtherRates() throws IOException {
    Calibration calibration =
        Calibration.of(images(new Random(1), 90, 30, 1), rate(0.1), mix(0.25, 0.75));
    Calibration read = JSON.readValue(JSON.writeValueAsString(calibration), Calibration.class);
    assertEquals(calibration, read);
    assertEquals(calibration.log10Epsilon(), read.log10Epsilon());
    assertFalse(read.guarantees(rate(0.02)), "30 of group b are as 40 of all");
    assertFalse(read.guarantees(new FalseAlarmRate(0.2, 0.9)));
    assertTrue(read.at(rate(0.2)).log10Epsilon() > read.log10Epsilon());
    assertEquals(1 / (0.25 * 0.25 / 90 + 0.75 * 0.75 / 30), read.effectiveImages(), 1e-9);
    assertTrue(
        FalseAlarmText.of(read)
            .contains("weighted for a mix of a 25.0 %, b 75.0 %, as good as 51 of that mix"),
        FalseAlarmText.of(read));
    String text = JSON.writeValueAsString(calibration).replace("\"b\":0.75", "\"c\":0.75");
    assertThrows(IOException.class, () -> JSON.readValue(text, Calibration.class));
  }

  /** Drift compares with parts that come in the mix. */
  @Test
  void goodPartsAreThoseOfTheMix() {
    Calibration calibration =
        Calibration.of(images(new Random(1), 300, 100, 1), rate(0.1), mix(0.25, 0.75));
    List<List<Double>> good = calibration.goodPartStatistics(1, GuardBand.NONE);
    double ofB = good.stream().mapToDouble(statistics -> statistics.get(0)).sum();
    assertEquals(0.75, ofB / good.size(), 0.02);
    assertTrue(good.size() > 90, good.size() + " parts");
  }

  @Test
  void whatIsNoMixOfTheImagesIsRefused() {
    List<CalibrationImage> images = images(new Random(1), 90, 10, 1);
    refused("no image is of group c", images, Map.of("a", 0.5, "b", 0.2, "c", 0.3), rate(0.1));
    refused("10 images are of group b", images, Map.of("a", 1.0), rate(0.1));
    refused(
        "10 images of group b, which is 80.0 % of the mix, are too few to guarantee 5.0 %: it takes 16",
        images, Map.of("a", 0.2, "b", 0.8), rate(0.05));
    refused(
        "leave out --confidence", images, Map.of("a", 0.5, "b", 0.5), new FalseAlarmRate(0.2, 0.9));
    assertThrows(IllegalArgumentException.class, () -> mix(0.5, 0.6));
    assertThrows(IllegalArgumentException.class, () -> mix(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new GroupMix(Map.of()));
    assertThrows(IllegalArgumentException.class, () -> new GroupMix(Map.of("a\nb", 1.0)));
  }

  private static void refused(
      String wanted,
      List<CalibrationImage> images,
      Map<String, Double> shares,
      FalseAlarmRate rate) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Calibration.of(images, rate, new GroupMix(shares)));
    assertTrue(refused.getMessage().contains(wanted), refused.getMessage());
  }
}
