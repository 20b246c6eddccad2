package dev.flowline.calibration;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The procedure of Benjamini and Hochberg (1995): of many parts it names those that stand out, and
 * keeps the false-discovery rate. Averaged over lots and over the choice of the calibration images,
 * at most that share of the named parts is good. Conformal p-values by the same n images depend on
 * each other, and only in the way that the procedure allows (Bates, Candès, Lei, Romano, Sesia,
 * Annals of Statistics 2023).
 *
 * <p>Conformal p-values are 1/(n + 1), 2/(n + 1), …, 1. So n + 1 counts are all that is known of a
 * lot, whatever its size.
 */
public final class BenjaminiHochberg {
  private BenjaminiHochberg() {}

  /**
   * Returns k: the named parts are those with a p-value of at most k/(n + 1). 0 for no part.
   *
   * @param counts n + 1 of them; the number k − 1 is how many parts have the p-value k/(n + 1)
   * @param rate the false-discovery rate in (0, 1), taken as the decimal number that it is written
   *     as
   * @throws IllegalArgumentException if the rate is out of its bounds, or a count below 0
   */
  public static int largestRank(int[] counts, double rate) {
    BigDecimal share = share(rate);
    long parts = 0;
    for (int count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("counts must be at least 0, got " + count);
      }
      parts += count;
    }
    long named = parts;
    for (int rank = counts.length; rank > 0; rank--) {
      BigDecimal bound = share.multiply(BigDecimal.valueOf(named * counts.length));
      if (counts[rank - 1] > 0 && BigDecimal.valueOf(rank * parts).compareTo(bound) <= 0) {
        return rank;
      }
      named -= counts[rank - 1];
    }
    return 0;
  }

  /**
   * Returns how many parts with the smallest p-value, 1/(n + 1), are enough to be named. No set has
   * fewer parts. More than the lot has, if n is too small for the rate.
   *
   * @param parts of the lot
   * @param n the number of calibration images
   * @param rate as in {@link #largestRank}
   */
  public static long fewest(long parts, int n, double rate) {
    BigDecimal perPart = share(rate).multiply(BigDecimal.valueOf(n + 1L));
    return BigDecimal.valueOf(parts).divide(perPart, 0, RoundingMode.CEILING).longValueExact();
  }

  private static BigDecimal share(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "false-discovery rate must be between 0 and 1, got " + rate);
    }
    return BigDecimal.valueOf(rate);
  }
}
