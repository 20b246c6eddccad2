package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.LibFlowline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CvPlusTest {
  private static Calibration calibration(float[] numbers, int[] fold, double rate) {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      images.add(new CalibrationImage(numbers[i], null, null).inFold(fold[i]));
    }
    int folds = 1 + IntStream.of(fold).max().orElseThrow();
    return Calibration.of(images, new FalseAlarmRate(rate, null))
        .crossFitted(new CrossFitting(folds).keeping());
  }

  /** p-value, verdict and bound are libflowline's, ties and infinities included. */
  @Test
  void isThatOfLibflowline() {
    long seed = 20261130;
    Random random = new Random(seed);
    int defects = 0;
    for (int round = 0; round < 3000; round++) {
      int n = 3 + random.nextInt(40);
      int folds = 2 + random.nextInt(Math.min(n, 12) - 1);
      float[] numbers = new float[n];
      int[] fold = new int[n];
      for (int i = 0; i < n; i++) {
        numbers[i] = random.nextInt(30) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(9) - 9.5f;
        fold[i] = i % folds;
      }
      float[] own = new float[folds];
      for (int k = 0; k < folds; k++) {
        own[k] = random.nextInt(20) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(14) - 13.5f;
      }
      double rate = 1.0 / (n + 1) + 0.5 * random.nextDouble();
      Calibration calibration = calibration(numbers, fold, rate);
      CvPlus.FoldComparison found = CvPlus.compare(calibration, own);
      double[] pValue = new double[1];
      int[] verdict = new int[1];
      double[] promised = new double[1];
      String with = "seed " + seed + ", round " + round;
      assertEquals(0, LibFlowline.flowline_cv_plus_p_value(numbers, fold, n, own, folds, pValue));
      assertEquals(
          0,
          LibFlowline.flowline_cv_plus_decide(
              numbers, fold, n, own, folds, rate, verdict, promised));
      assertEquals(pValue[0], found.pValue(), with);
      assertEquals(promised[0], calibration.proved().orElseThrow(), 1e-12, with);
      boolean defect = verdict[0] == LibFlowline.FLOWLINE_DEFECT;
      assertEquals(defect, found.pValue() <= calibration.guaranteed(), with);
      assertEquals(defect, own[found.fold()] < found.threshold(), with);
      defects += defect ? 1 : 0;
    }
    assertTrue(defects > 500 && defects < 2500, defects + " defects");
  }

  /** How models learn from the images of the other folds. */
  private enum Training {
    /** Their centre is the images' mean, which one image hardly moves. */
    STABLE,
    /** Their centre leaps with every image: none resembles another, or the final one. */
    LEAPING,
    /** They know the images of their own fold too, which breaks what the bound rests on. */
    LEAKING
  }

  /**
   * The truth: exchangeable images. At most the bound alarm, however the models learn from the
   * other folds, and with stable models about what is expected; models that know all images break
   * it, so that this test would notice.
   */
  @ParameterizedTest
  @EnumSource
  void theBoundHoldsWhateverTheModelsAre(Training training) {
    Random random = new Random(7);
    for (int folds : new int[] {3, 5, 15}) {
      int n = 15;
      int alarms = 0;
      int draws = 20000;
      double proved = 0;
      double expected = 0;
      for (int draw = 0; draw < draws; draw++) {
        double[] images =
            IntStream.range(0, n + 1).mapToDouble(i -> random.nextGaussian()).toArray();
        int[] fold = IntStream.range(0, n).map(i -> i % folds).toArray();
        float[] numbers = new float[n];
        float[] own = new float[folds];
        for (int k = 0; k < folds; k++) {
          Model model = Model.of(images, fold, k, training);
          own[k] = model.number(images[n]);
          for (int i = 0; i < n; i++) {
            if (fold[i] == k) {
              numbers[i] = model.number(images[i]);
            }
          }
        }
        Calibration calibration = calibration(numbers, fold, 0.2);
        proved = calibration.proved().orElseThrow();
        expected = calibration.guaranteed();
        alarms += CvPlus.compare(calibration, own).pValue() <= expected ? 1 : 0;
      }
      double share = alarms / (double) draws;
      String what = folds + " folds, " + training + ": " + share + " of " + proved;
      double error = 3 * Math.sqrt(0.25 / draws);
      assertEquals(training != Training.LEAKING, share <= proved + error, what);
      if (training == Training.STABLE) {
        assertTrue(Math.abs(share - expected) < 0.05, what + ", expected " + expected);
      }
    }
  }

  /**
   * A model of numbers: the distance from a centre, 0 for images that it knows.
   *
   * @param known images, by their values
   */
  private record Model(double centre, Set<Double> known) {
    static Model of(double[] images, int[] fold, int without, Training training) {
      int n = fold.length;
      double mean =
          IntStream.range(0, n)
              .filter(i -> fold[i] != without)
              .mapToDouble(i -> images[i])
              .average()
              .orElseThrow();
      return switch (training) {
        case STABLE -> new Model(mean, Set.of());
        case LEAPING -> new Model(3 * Math.sin(1e3 * mean), Set.of());
        case LEAKING ->
            new Model(mean, Arrays.stream(images, 0, n).boxed().collect(Collectors.toSet()));
      };
    }

    float number(double image) {
      return known.contains(image) ? 0 : (float) -Math.abs(image - centre);
    }
  }

  @Test
  void aFoldWithoutImageOrWithAConfidenceIsRefused() {
    int[] fold = {0, 1, 2, 0};
    Calibration usual = calibration(new float[] {-1, -2, -3, -4}, fold, 0.3);
    assertThrows(IllegalStateException.class, () -> usual.pValue(-2));
    assertThrows(
        IllegalArgumentException.class, () -> usual.crossFitted(new CrossFitting(4).keeping()));
    List<CalibrationImage> without =
        List.of(new CalibrationImage(-1, null, null), new CalibrationImage(-2, null, null));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Calibration.of(without, new FalseAlarmRate(0.4, null))
                .crossFitted(new CrossFitting(2).keeping()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Calibration.of(usual.images(), new FalseAlarmRate(0.5, 0.5))
                .crossFitted(new CrossFitting(3).keeping()));
  }
}
