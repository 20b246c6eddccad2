package dev.flowline.calibration;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CV+ (Barber, Candès, Ramdas and Tibshirani 2021): the models of all folds judge a new image, and
 * each calibration image is compared with what the model of its own fold says of the new one. So a
 * bound on the share of false alarms is proved, whatever the models are.
 *
 * <p>Why: no image of a fold had a part in its model and its law, so that the p-value of each fold
 * alone is that of split conformal prediction. Their average, weighted by the sizes of the folds
 * plus one, is (K + count)/(n + K), and twice an average of p-values is a p-value (Rüschendorf
 * 1982, Vovk and Wang 2020). For folds of one size there is a second bound (theorem 4 of Barber and
 * others).
 */
public final class CvPlus {
  private CvPlus() {}

  /**
   * The comparison of a new image with the n calibration images.
   *
   * @param pValue (1 + how many of them have a number of at most the image's by the same model) /
   *     (n + 1)
   * @param fold the deciding one: that of the calibration image whose number less the image's own
   *     by the same model is the j-th smallest, j the calibration's rank
   * @param threshold the number of this calibration image. The image's number by the deciding
   *     fold's model is below it exactly if pValue is at most j/(n + 1).
   */
  public record FoldComparison(double pValue, int fold, double threshold) {}

  /**
   * Compares an image.
   *
   * @param calibration with kept folds
   * @param byFold the image's minimum log10NFA by the model of each fold; no NaN
   */
  public static FoldComparison compare(Calibration calibration, float[] byFold) {
    List<CalibrationImage> images = calibration.images();
    double[] margin = new double[images.size()];
    int asExtreme = 0;
    for (int i = 0; i < margin.length; i++) {
      double known = images.get(i).minLog10Nfa();
      double own = byFold[images.get(i).fold()];
      asExtreme += known <= own ? 1 : 0;
      margin[i] = known == own ? 0 : known - own; // both may be infinite
    }
    int decides =
        IntStream.range(0, margin.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> margin[i])) // stable: then by number
            .skip(calibration.rank() - 1)
            .findFirst()
            .orElseThrow();
    CalibrationImage deciding = images.get(decides);
    return new FoldComparison(
        (1.0 + asExtreme) / (images.size() + 1.0), deciding.fold(), deciding.minLog10Nfa());
  }

  /**
   * Returns the bound on the share of false alarms that is proved: that of flowline_cv_plus_decide.
   *
   * @param rank j: an image alarms if its p-value is at most j/(n + 1)
   * @param sizes number of images of each fold
   */
  static double bound(int rank, List<Integer> sizes) {
    double n = sizes.stream().mapToInt(Integer::intValue).sum();
    double k = sizes.size();
    double alpha = rank / (n + 1);
    double excess = (2 - 2 * alpha) * (k - 1) / (n + k);
    if (sizes.stream().distinct().count() == 1) {
      excess = Math.min(excess, (1 - k / n) / (k + 1));
    }
    return Math.min(1, 2 * alpha + excess);
  }
}
