package dev.flowline.metrics;

/**
 * A percentile of the scores of all pixels, as numpy's {@code percentile} has it: linear between
 * the two scores beside the rank (n − 1) · share, counted from 0 in rising order.
 */
public final class Percentile implements ThresholdMetric {
  private final double share;
  private long pixels;
  private long seen; // in falling order
  private double lower = Double.NaN;
  private double upper = Double.NaN;

  /**
   * Makes a percentile.
   *
   * @param share of the pixels that are not above it, 0 to 1
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public Percentile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be 0 to 1, got " + share);
    }
    this.share = share;
  }

  @Override
  public void expect(Segment segment) {
    pixels += segment.pixels();
  }

  @Override
  public void accept(float score, Segment segment) {
    long rank = pixels - 1 - seen++; // in rising order
    if (rank == below()) {
      lower = score;
    }
    if (rank == Math.min(below() + 1, pixels - 1)) {
      upper = score;
    }
  }

  @Override
  public void finish() {
    if (seen != pixels) {
      throw new IllegalStateException("expected " + pixels + " pixels, got " + seen);
    }
  }

  private double position() {
    return share * (pixels - 1);
  }

  private long below() {
    return (long) Math.floor(position());
  }

  /** Returns the percentile; NaN without any pixel. */
  public double value() {
    double part = position() - below();
    return part == 0 ? lower : lower + part * (upper - lower);
  }
}
