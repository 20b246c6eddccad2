package dev.flowline.metrics;

/**
 * Area under the per-region-overlap curve as MVTec AD defines it (Bergmann et al., 2021): the mean
 * over all ground-truth regions of the share of their pixels that is found, over the share of all
 * defect-free pixels that is wrongly found, up to a limit of the latter (linear between thresholds,
 * also at the limit), divided by the limit. NaN without regions or without defect-free pixels.
 */
public final class Aupro implements ThresholdMetric {
  /** The limit that the literature uses. */
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

  public Aupro() {
    this(FPR_LIMIT);
  }

  /**
   * @param fprLimit in (0, 1]
   */
  public Aupro(double fprLimit) {
    if (!(fprLimit > 0 && fprLimit <= 1)) {
      throw new IllegalArgumentException("fprLimit is " + fprLimit + ", not in (0, 1]");
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

  /** The area, in [0, 1]; NaN without regions or without defect-free pixels. */
  public double value() {
    return regions == 0 || negatives == 0 ? Double.NaN : area / fprLimit;
  }

  /** Mean overlap over false positive rate up to the limit, thinned for drawing. */
  public Curve curve() {
    return points;
  }
}
