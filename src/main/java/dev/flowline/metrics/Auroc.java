package dev.flowline.metrics;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The exact area under the receiver operating characteristic (AUROC): the probability that the
 * score of a positive is above the score of a negative, equal scores counting one half. NaN without
 * positives or without negatives.
 */
public final class Auroc implements ThresholdMetric {
  private final Curve.Thinned curve = new Curve.Thinned();
  private long positives;
  private long negatives;
  private long truePositives;
  private long falsePositives;
  private long tiedPositives;
  private long tiedNegatives;
  private long twiceArea;
  private double level = Double.NaN;
  private Curve points = Curve.EMPTY;

  /**
   * Returns the AUROC of scored images, in any order.
   *
   * @param positive true for each image that shows a defect
   * @throws IllegalArgumentException for a NaN score or arrays of different lengths
   */
  public static Auroc of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "scores and positive must have the same length, got "
              + scores.length
              + " and "
              + positive.length);
    }
    Integer[] order = new Integer[scores.length];
    Auroc auroc = new Auroc();
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new IllegalArgumentException("scores[" + i + "] must be a number, got NaN");
      }
      order[i] = i;
      auroc.count(positive[i], 1);
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
    for (int i : order) {
      auroc.next(scores[i], positive[i]);
    }
    auroc.finish();
    return auroc;
  }

  private void count(boolean positive, long number) {
    if (positive) {
      positives += number;
    } else {
      negatives += number;
    }
  }

  @Override
  public void expect(Segment segment) {
    count(segment.defect(), segment.pixels());
  }

  @Override
  public void accept(float score, Segment segment) {
    next(score, segment.defect());
  }

  private void next(double score, boolean positive) {
    if (score != level) {
      closeTies();
      level = score;
    }
    if (positive) {
      tiedPositives++;
    } else {
      tiedNegatives++;
    }
  }

  private void closeTies() {
    twiceArea += tiedNegatives * (2 * truePositives + tiedPositives);
    truePositives += tiedPositives;
    falsePositives += tiedNegatives;
    tiedPositives = 0;
    tiedNegatives = 0;
    if (positives > 0 && negatives > 0) {
      curve.add(falsePositives / (double) negatives, truePositives / (double) positives);
    }
  }

  @Override
  public void finish() {
    closeTies();
    points = curve.finish();
  }

  /** Returns the area, in [0, 1]; NaN without positives or without negatives. */
  public double value() {
    return positives == 0 || negatives == 0
        ? Double.NaN
        : twiceArea / (2.0 * positives * negatives);
  }

  /** Returns the true positive rate over the false positive rate, thinned for drawing. */
  public Curve curve() {
    return points;
  }
}
