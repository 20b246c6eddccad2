package dev.flowline.metrics;

/**
 * The area under the per-region-overlap curve (AUPRO) as MVTec AD defines it (Bergmann et al.,
 * 2021). The abscissa is the false positive rate, the share of all defect-free pixels that is
 * predicted as defect. The ordinate is the overlap, the share of its pixels that is predicted, mean
 * over all ground-truth regions. The area ends at a limit of the abscissa, is linear between
 * thresholds and up to the limit, and is divided by the limit. NaN without regions or without
 * defect-free pixels.
 */
public final class Aupro implements ThresholdMetric {
  /** The limit of the false positive rate that the literature uses. */
  public static final double FPR_LIMIT = 0.3;

  private final double fprLimit;
  private final Curve.Thinned curve = new Curve.Thinned();
  private long regions;
  private long negatives;
  private long falsePositives;
  private double overlaps;
  private double lastFpr;
  private double lastOverlap;
  private double area;
  private float level = Float.NaN;
  private Curve points = Curve.EMPTY;

  /** Makes the metric with the limit {@link #FPR_LIMIT}. */
  public Aupro() {
    this(FPR_LIMIT);
  }

  /**
   * Makes the metric with a limit.
   *
   * @param fprLimit of the false positive rate, in (0, 1]
   * @throws IllegalArgumentException if it is outside
   */
  public Aupro(double fprLimit) {
    if (!(fprLimit > 0 && fprLimit <= 1)) {
      throw new IllegalArgumentException("fprLimit must be in (0, 1], got " + fprLimit);
    }
    this.fprLimit = fprLimit;
  }

  @Override
  public void expect(Segment segment) {
    if (segment.defect()) {
      regions++;
    } else {
      negatives += segment.pixels();
    }
  }

  @Override
  public void accept(float score, Segment segment) {
    if (score != level) {
      closeTies();
      level = score;
    }
    if (segment.defect()) {
      overlaps += 1.0 / segment.pixels();
    } else {
      falsePositives++;
    }
  }

  private void closeTies() {
    if (regions == 0 || negatives == 0 || lastFpr >= fprLimit) {
      return;
    }
    double fpr = falsePositives / (double) negatives;
    double overlap = overlaps / regions;
    if (fpr > fprLimit) {
      overlap = lastOverlap + (overlap - lastOverlap) * (fprLimit - lastFpr) / (fpr - lastFpr);
      fpr = fprLimit;
    }
    area += (fpr - lastFpr) * (overlap + lastOverlap) / 2;
    lastFpr = fpr;
    lastOverlap = overlap;
    curve.add(fpr, overlap);
  }

  @Override
  public void finish() {
    closeTies();
    points = curve.finish();
  }

  /** Returns the area, in [0, 1]; NaN without regions or without defect-free pixels. */
  public double value() {
    return regions == 0 || negatives == 0 ? Double.NaN : area / fprLimit;
  }

  /** Returns the mean overlap over the false positive rate up to the limit, thinned for drawing. */
  public Curve curve() {
    return points;
  }
}
