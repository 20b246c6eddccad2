package dev.flowline.metrics;

import java.util.Arrays;

/**
 * The mean intersection over union (mean IoU): the mean over all images of (I + ε) / (U + ε), ε =
 * 2⁻⁵², with I and U the numbers of pixels in the intersection and the union of prediction and
 * ground truth. An image with nothing to find and nothing found counts 1. It is computed at given
 * thresholds and at the best of all thresholds.
 */
public final class MeanIou implements ThresholdMetric {
  private static final double EPSILON = 0x1p-52;

  private final double[] thresholds;
  private final int[] order;
  private final double[] values;
  private int settled;

  private int images;
  private int[] seen = new int[0];
  private int[] truth = new int[0];
  private int[] predicted = new int[0];
  private int[] intersection = new int[0];
  private double[] iou = new double[0];
  private double sum;
  private float level = Float.NaN;
  private double best = Double.NEGATIVE_INFINITY;
  private double bestThreshold = Double.NaN;

  /**
   * Makes the metric for thresholds.
   *
   * @param thresholds in any order; a pixel is predicted as defect if its score is strictly above
   * @throws IllegalArgumentException if one is NaN
   */
  public MeanIou(double... thresholds) {
    for (double threshold : thresholds) {
      if (Double.isNaN(threshold)) {
        throw new IllegalArgumentException(
            "thresholds must be numbers, got " + Arrays.toString(thresholds));
      }
    }
    this.thresholds = thresholds.clone();
    this.values = new double[thresholds.length];
    this.order = new int[thresholds.length];
    Integer[] sorted = new Integer[thresholds.length];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, (a, b) -> Double.compare(thresholds[b], thresholds[a]));
    Arrays.setAll(order, i -> sorted[i]);
  }

  /** Returns the ratio (I + ε) / (U + ε) of one image. */
  public static double iou(long intersection, long union) {
    return (intersection + EPSILON) / (union + EPSILON);
  }

  @Override
  public void expect(Segment segment) {
    int image = segment.image();
    if (image >= seen.length) {
      int length = Math.max(image + 1, 2 * seen.length);
      seen = Arrays.copyOf(seen, length);
      truth = Arrays.copyOf(truth, length);
      predicted = Arrays.copyOf(predicted, length);
      intersection = Arrays.copyOf(intersection, length);
      iou = Arrays.copyOf(iou, length);
    }
    if (seen[image] == 0) {
      seen[image] = 1;
      images++;
    }
    if (segment.defect()) {
      truth[image] += segment.pixels();
    }
    sum -= iou[image];
    iou[image] = iou(0, truth[image]);
    sum += iou[image];
  }

  @Override
  public void accept(float score, Segment segment) {
    if (score != level) {
      settleDownTo(score);
      consider(Float.isNaN(level) ? score : between(score, level));
      level = score;
    }
    int image = segment.image();
    predicted[image]++;
    if (segment.defect()) {
      intersection[image]++;
    }
    int union = predicted[image] + truth[image] - intersection[image];
    double now = iou(intersection[image], union);
    sum += now - iou[image];
    iou[image] = now;
  }

  /**
   * Sets the values at all thresholds from the next score upward, which predict the same pixels.
   */
  private void settleDownTo(double next) {
    while (settled < order.length && thresholds[order[settled]] >= next) {
      values[order[settled++]] = mean();
    }
  }

  private void consider(double threshold) {
    if (mean() > best) {
      best = mean();
      bestThreshold = threshold;
    }
  }

  private static double between(double below, double above) {
    double middle = below / 2 + above / 2;
    return middle >= below && middle < above ? middle : below;
  }

  private double mean() {
    return images == 0 ? Double.NaN : sum / images;
  }

  @Override
  public void finish() {
    settleDownTo(Double.NEGATIVE_INFINITY);
    if (!Float.isNaN(level)) {
      consider(Math.nextDown(level));
    }
  }

  /** Returns the value at the i-th of the given thresholds; NaN without images. */
  public double at(int i) {
    return values[i];
  }

  /** Returns the highest value over all thresholds; NaN without images. */
  public double best() {
    return images == 0 ? Double.NaN : best;
  }

  /**
   * Returns the highest threshold with the value {@link #best()}, half-way between the two scores
   * that it separates; NaN without images.
   */
  public double bestThreshold() {
    return bestThreshold;
  }
}
