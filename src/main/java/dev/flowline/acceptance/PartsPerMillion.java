package dev.flowline.acceptance;

/**
 * A share of parts in parts per million, with its exact bounds.
 *
 * @param count of the parts, each once
 * @param of parts of that kind
 * @param ppm count / of
 * @param low lower end of the two-sided interval
 * @param high upper end of the two-sided interval
 * @param atMost one-sided upper bound
 */
public record PartsPerMillion(
    int count, int of, double ppm, double low, double high, double atMost) {
  private static final double MILLION = 1e6;

  /** Returns a proportion of parts in parts per million. */
  static PartsPerMillion of(Proportion parts) {
    return new PartsPerMillion(
        parts.count(),
        parts.of(),
        MILLION * parts.rate(),
        MILLION * parts.low(),
        MILLION * parts.high(),
        MILLION * parts.atMost());
  }

  /** Returns whether the one-sided bound shows that the rate is at most the requested one. */
  boolean shows(double rate) {
    return atMost <= MILLION * rate;
  }
}
