package dev.flowline.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * All pixels of a test set with their ground truth, image by image in, in falling order of score
 * out. Heap use is bounded: what exceeds it goes to a temporary file of 8 bytes a pixel in the
 * folder that {@code java.io.tmpdir} names.
 */
public final class PixelSweep implements AutoCloseable {
  private final SortedRuns pixels = new SortedRuns();
  private final List<Segment> segments = new ArrayList<>();
  private float lowest = Float.POSITIVE_INFINITY;
  private float highest = Float.NEGATIVE_INFINITY;

  /**
   * Adds one image.
   *
   * @param image number of the image; given back in its {@link Segment}s
   * @param scores (H·W), high = anomalous; infinite is allowed
   * @param groundTruth (H·W), true = defect; null where the image is free of defects
   * @throws IllegalArgumentException for a NaN score or a ground truth of another size
   */
  public void add(int image, float[] scores, boolean[] groundTruth, int width) {
    if (groundTruth != null && groundTruth.length != scores.length) {
      throw new IllegalArgumentException(
          "groundTruth has " + groundTruth.length + " pixels, scores " + scores.length);
    }
    int first = segments.size();
    int[] labels = null;
    int background = scores.length;
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
      float score = scores[i] + 0f; // −0 becomes 0: they are one threshold
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException(
            "score of pixel " + i + " of image " + image + " is NaN");
      }
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
      int segment = first + (labels == null ? 0 : labels[i]);
      pixels.add((long) ~rank(score) << 32 | segment);
    }
  }

  /** Signed integers in the order of the floats. */
  private static int rank(float score) {
    int bits = Float.floatToRawIntBits(score);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static float score(int rank) {
    return Float.intBitsToFloat(rank ^ (rank >> 31 & Integer.MAX_VALUE));
  }

  /** The lowest score, +∞ before any pixel. */
  public float lowest() {
    return lowest;
  }

  /** The highest score, −∞ before any pixel. */
  public float highest() {
    return highest;
  }

  /** Shows all pixels to the metrics, which are then finished. */
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
