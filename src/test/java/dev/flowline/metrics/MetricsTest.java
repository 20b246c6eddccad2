package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every metric against its definition, evaluated slowly, on random data with and without ties. */
class MetricsTest {
  private static final double TOLERANCE = 1e-11;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void equalTheirDefinitions(long seed) {
    RandomTestSet set = RandomTestSet.of(seed);
    SlowMetrics slow = new SlowMetrics(set);
    String message = "seed " + seed + ", " + set;
    double[] asked = set.thresholds();
    try (PixelSweep sweep = set.sweep()) {
      Auroc auroc = new Auroc();
      Aupro aupro = new Aupro();
      Aupro narrow = new Aupro(0.05);
      MeanIou meanIou = new MeanIou(asked);
      sweep.descend(auroc, aupro, narrow, meanIou);

      assertEquals(slow.auroc(), auroc.value(), TOLERANCE, message);
      assertEquals(slow.aupro(0.3), aupro.value(), TOLERANCE, message);
      assertEquals(slow.aupro(0.05), narrow.value(), TOLERANCE, message);
      for (int i = 0; i < asked.length; i++) {
        assertEquals(slow.meanIou(asked[i]), meanIou.at(i), TOLERANCE, message);
      }
      assertEquals(slow.bestMeanIou(), meanIou.best(), TOLERANCE, message);
      assertEquals(
          meanIou.best(), slow.meanIou(meanIou.bestThreshold()), TOLERANCE, message + " (best)");
    }
  }

  @Test
  void doNotDependOnTheOrderOfImages() {
    RandomTestSet set = RandomTestSet.of(77);
    double[] first = values(set);
    double[] second = values(set.reversed());
    for (int i = 0; i < first.length; i++) {
      assertEquals(first[i], second[i], TOLERANCE, "metric " + i);
    }
  }

  private static double[] values(RandomTestSet set) {
    try (PixelSweep sweep = set.sweep()) {
      Auroc auroc = new Auroc();
      Aupro aupro = new Aupro();
      MeanIou meanIou = new MeanIou(0.5);
      sweep.descend(auroc, aupro, meanIou);
      return new double[] {auroc.value(), aupro.value(), meanIou.at(0), meanIou.best()};
    }
  }

  @Test
  void withoutPositivesAreNaNExceptMeanIou() {
    try (PixelSweep sweep = new PixelSweep()) {
      sweep.add(0, new float[] {0.1f, 0.9f, -0.0f, 0.0f}, null, 2);
      Auroc auroc = new Auroc();
      Aupro aupro = new Aupro();
      MeanIou meanIou = new MeanIou(0.5, 0.9, Float.POSITIVE_INFINITY);
      sweep.descend(auroc, aupro, meanIou);
      assertEquals(Double.NaN, auroc.value());
      assertEquals(Double.NaN, aupro.value());
      assertEquals(0, meanIou.at(0), 1e-15);
      assertEquals(1, meanIou.at(1));
      assertEquals(1, meanIou.at(2));
      assertEquals(1, meanIou.best());
    }
  }

  @Test
  void ofNothingAreNaN() {
    try (PixelSweep sweep = new PixelSweep()) {
      Auroc auroc = new Auroc();
      Aupro aupro = new Aupro();
      MeanIou meanIou = new MeanIou(0);
      sweep.descend(auroc, aupro, meanIou);
      assertEquals(Double.NaN, auroc.value());
      assertEquals(Double.NaN, aupro.value());
      assertEquals(Double.NaN, meanIou.at(0));
      assertEquals(Double.NaN, meanIou.best());
    }
  }

  @Test
  void imagesThatAreDefectAllOverHaveNoFalsePositives() {
    try (PixelSweep sweep = new PixelSweep()) {
      sweep.add(0, new float[] {3, 2}, new boolean[] {true, true}, 1);
      Aupro aupro = new Aupro();
      MeanIou meanIou = new MeanIou(2, 1);
      sweep.descend(aupro, meanIou);
      assertEquals(Double.NaN, aupro.value());
      assertEquals(0.5, meanIou.at(0), 1e-15);
      assertEquals(1, meanIou.at(1));
    }
  }

  @Test
  void refuseNaN() {
    try (PixelSweep sweep = new PixelSweep()) {
      assertThrows(
          IllegalArgumentException.class, () -> sweep.add(0, new float[] {Float.NaN}, null, 1));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Auroc.of(new double[] {1, Double.NaN}, new boolean[] {true, false}));
  }

  @Test
  void imageAurocCountsTiesHalf() {
    double[] scores = {0.2, 0.7, 0.7, 0.1, 0.9};
    boolean[] positive = {false, true, false, false, true};
    assertEquals(5.5 / 6, Auroc.of(scores, positive).value(), 1e-15);
    assertEquals(Double.NaN, Auroc.of(scores, new boolean[5]).value());
  }

  @Test
  void curvesEndAtTheCornersAndStayShort() {
    Random random = new Random(5);
    float[] scores = new float[200_000];
    boolean[] truth = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      truth[i] = i % 400 < 60;
      scores[i] = random.nextFloat() + (truth[i] ? 0.3f : 0);
    }
    try (PixelSweep sweep = new PixelSweep()) {
      sweep.add(0, scores, truth, 400);
      Auroc auroc = new Auroc();
      Aupro aupro = new Aupro();
      sweep.descend(auroc, aupro);
      assertCurve(auroc.curve(), 1, 1, auroc.value(), 1);
      Curve pro = aupro.curve();
      assertCurve(pro, 0.3, pro.y()[pro.points() - 1], aupro.value(), 0.3);
    }
  }

  private static void assertCurve(
      Curve curve, double endX, double endY, double value, double norm) {
    int last = curve.points() - 1;
    assertTrue(curve.points() <= 1000, curve.points() + " points");
    assertEquals(0, curve.x()[0]);
    assertEquals(0, curve.y()[0]);
    assertEquals(endX, curve.x()[last], 1e-12);
    assertEquals(endY, curve.y()[last], 1e-12);
    double area = 0;
    for (int i = 1; i <= last; i++) {
      area += (curve.x()[i] - curve.x()[i - 1]) * (curve.y()[i] + curve.y()[i - 1]) / 2;
    }
    assertEquals(value, area / norm, 1e-3, "area under the thinned curve");
  }
}
