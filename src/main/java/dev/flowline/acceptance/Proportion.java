package dev.flowline.acceptance;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.flowline.calibration.BinomialInterval;

/**
 * A count out of some, with the exact bounds of the share behind it (Clopper and Pearson 1934).
 *
 * @param count 0 to of
 * @param of at least 1
 * @param confidence in (0, 1), of the interval and of the one-sided bound
 */
@JsonPropertyOrder({"count", "of", "rate", "low", "high", "atMost"})
public record Proportion(int count, int of, @JsonIgnore double confidence) {
  public Proportion {
    BinomialInterval.of(count, of, confidence); // refuses what is out of its bounds
  }

  /** Returns count / of. */
  @JsonProperty
  public double rate() {
    return (double) count / of;
  }

  /** Returns the lower end of the two-sided interval. */
  @JsonProperty
  public double low() {
    return BinomialInterval.of(count, of, confidence).low();
  }

  /** Returns the upper end of the two-sided interval. */
  @JsonProperty
  public double high() {
    return BinomialInterval.of(count, of, confidence).high();
  }

  /** Returns the one-sided bound: with the confidence, the share is at most that. */
  @JsonProperty
  public double atMost() {
    return BinomialInterval.upperBound(count, of, confidence);
  }
}
