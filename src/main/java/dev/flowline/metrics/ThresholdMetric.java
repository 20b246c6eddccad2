package dev.flowline.metrics;

/**
 * A metric of a score map that depends on the order of the pixels' scores only. It is told of every
 * segment first, then of every pixel in falling order of score, then that this was all.
 */
public interface ThresholdMetric {
  /** Announces a segment, all of whose pixels will follow. */
  void expect(Segment segment);

  /** One pixel; its score is not above that of the pixel before. */
  void accept(float score, Segment segment);

  /** After the last pixel: the metric's values may be asked for. */
  void finish();
}
