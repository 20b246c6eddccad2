package dev.flowline.compare;

import dev.flowline.metrics.NanAsNull;
import java.util.Arrays;

/**
 * Mean and deviation of several values of one figure.
 *
 * @param mean NaN, in JSON null, of none
 * @param deviation of the sample, with n − 1; NaN, in JSON null, of fewer than two
 * @param count how many values there are
 */
public record Spread(@NanAsNull double mean, @NanAsNull double deviation, int count) {
  /**
   * Returns the spread of values.
   *
   * @param values NaN stands for none
   */
  public static Spread of(double... values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    double squares = Arrays.stream(known).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1));
    return new Spread(mean, deviation, known.length);
  }
}
