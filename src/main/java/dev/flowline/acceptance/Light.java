package dev.flowline.acceptance;

/**
 * The traffic light of a measure, by the limits of AIAG's attribute study (Measurement Systems
 * Analysis, 4th edition, chapter III, section C).
 */
public enum Light {
  /** Green. */
  ACCEPTABLE,
  /** Yellow: may need improvement. */
  MARGINAL,
  /** Red. */
  UNACCEPTABLE;

  /** Returns the light of an effectiveness: at least 90 % is acceptable, 80 % marginal. */
  public static Light ofEffectiveness(double share) {
    return share >= 0.9 ? ACCEPTABLE : share >= 0.8 ? MARGINAL : UNACCEPTABLE;
  }

  /** Returns the light of a miss rate: at most 2 % is acceptable, 5 % marginal. */
  public static Light ofMissRate(double share) {
    return share <= 0.02 ? ACCEPTABLE : share <= 0.05 ? MARGINAL : UNACCEPTABLE;
  }

  /** Returns the light of a false-alarm rate: at most 5 % is acceptable, 10 % marginal. */
  public static Light ofFalseAlarmRate(double share) {
    return share <= 0.05 ? ACCEPTABLE : share <= 0.1 ? MARGINAL : UNACCEPTABLE;
  }

  /** Returns the word that a person reads. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
