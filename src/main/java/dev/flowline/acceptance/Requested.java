package dev.flowline.acceptance;

/**
 * What a study is to show.
 *
 * @param missRate that defective parts are missed with at most, in (0, 1)
 * @param falseAlarmRate that good parts raise a false alarm with at most, in (0, 1)
 * @param confidence of all bounds, in (0, 1)
 */
public record Requested(double missRate, double falseAlarmRate, double confidence) {
  /** The acceptable rates of AIAG's attribute study, at 95 %. */
  public static final Requested USUAL = new Requested(0.02, 0.05, 0.95);

  /** Returns how many defective parts show the miss rate. */
  public SampleSizePlan defectiveParts() {
    return SampleSizePlan.of("the miss rate", missRate, confidence);
  }

  /** Returns how many good parts show the false-alarm rate. */
  public SampleSizePlan goodParts() {
    return SampleSizePlan.of("the false-alarm rate", falseAlarmRate, confidence);
  }
}
