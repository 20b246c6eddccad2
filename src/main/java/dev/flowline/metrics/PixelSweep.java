package dev.flowline.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * A sweep over all pixels of a test set with their ground truth. It takes them image by image and
 * returns them in falling order of score. Heap use is bounded: the pixels beyond it go to a
 * temporary file of 8 bytes per pixel in the folder that {@code java.io.tmpdir} names.
 */
public final class PixelSweep implements AutoCloseable {
  private final SortedRuns pixels = new SortedRuns();
  private final List<Segment> segments = new ArrayList<>();
  private float lowest = Float.POSITIVE_INFINITY;
  private float highest = Float.NEGATIVE_INFINITY;

  /**
   * Adds one image.
   *
   * @param image number of the image, which its {@link Segment}s have
   * @param scores (H·W), high = anomalous; infinite values are allowed
   * @param groundTruth (H·W), true = defect; null if the image is free of defects
   * @throws IllegalArgumentException for a NaN score or a ground truth of another size
   */
  public void add(int image, float[] scores, boolean[] groundTruth, int width) {
    add(image, scores, groundTruth, null, width);
  }

  /**
   * Adds what is in view of one image: the other pixels do not count.
   *
   * @param groundTruth (H·W), true = defect, nowhere out of view; null if the image is free of
   *     defects
   * @param inView (H·W); null if every pixel is
   * @throws IllegalArgumentException for a NaN score or a ground truth of another size
   */
  public void add(int image, float[] scores, boolean[] groundTruth, boolean[] inView, int width) {
    if (groundTruth != null && groundTruth.length != scores.length) {
      throw new IllegalArgumentException(
          "groundTruth must have as many pixels as scores, "
              + scores.length
              + ", got "
              + groundTruth.length);
    }
    int first = segments.size();
    int[] labels = null;
    int background = inView == null ? scores.length : count(inView);
    if (groundTruth != null) {
      ConnectedComponents regions = ConnectedComponents.of(groundTruth, width, 8);
      labels = regions.labels();
      background -= regions.totalArea();
      segments.add(new Segment(image, false, background));
      for (int area : regions.areas()) {
        segments.add(new Segment(image, true, area));
      }
    } else {
      segments.add(new Segment(image, false, background));
    }
    for (int i = 0; i < scores.length; i++) {
      if (inView != null && !inView[i]) {
        continue;
      }
      float score = scores[i] + 0f; // −0 becomes 0: they are one threshold
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException(
            "scores[" + i + "] of image " + image + " must be a number, got NaN");
      }
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
      int segment = first + (labels == null ? 0 : labels[i]);
      pixels.add((long) ~rank(score) << 32 | segment);
    }
  }

  private static int count(boolean[] inView) {
    int count = 0;
    for (boolean in : inView) {
      count += in ? 1 : 0;
    }
    return count;
  }

  /** Returns a signed integer for a float, in the order of the floats. */
  private static int rank(float score) {
    int bits = Float.floatToRawIntBits(score);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static float score(int rank) {
    return Float.intBitsToFloat(rank ^ (rank >> 31 & Integer.MAX_VALUE));
  }

  /** Returns the lowest score; +∞ before any pixel. */
  public float lowest() {
    return lowest;
  }

  /** Returns the highest score; −∞ before any pixel. */
  public float highest() {
    return highest;
  }

  /** Passes all pixels to metrics, in falling order of score, and finishes the metrics. */
  public void descend(ThresholdMetric... metrics) {
    for (ThresholdMetric metric : metrics) {
      for (Segment segment : segments) {
        if (segment.pixels() > 0) {
          metric.expect(segment);
        }
      }
    }
    pixels.forEachAscending(
        key -> {
          float score = score(~(int) (key >> 32));
          Segment segment = segments.get((int) key);
          for (ThresholdMetric metric : metrics) {
            metric.accept(score, segment);
          }
        });
    for (ThresholdMetric metric : metrics) {
      metric.finish();
    }
  }

  @Override
  public void close() {
    pixels.close();
  }
}
