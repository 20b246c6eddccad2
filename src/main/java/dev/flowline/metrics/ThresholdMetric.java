package dev.flowline.metrics;

/**
 * A metric of a score map that depends on the order of the pixels' scores only. It receives every
 * segment first, then every pixel in falling order of score; {@link #finish} ends it.
 */
public interface ThresholdMetric {
  /** Takes a segment, all of whose pixels will follow. */
  void expect(Segment segment);

  /** Takes a pixel of a segment; its score is not above that of the pixel before. */
  void accept(float score, Segment segment);

  /** Ends the metric after the last pixel; then its values are available. */
  void finish();
}
