package dev.flowline.detectability;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.flowline.acceptance.Proportion;
import dev.flowline.metrics.Curve;
import java.util.List;
import java.util.Objects;
import java.util.function.DoublePredicate;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The probability of detection (POD) against the size of defects, estimated from hits and misses,
 * with likelihood-ratio bounds: the curves through a point are compared with the best curve, and
 * the point is out of bounds if twice the logarithm of the ratio exceeds the quantile of chi-square
 * with one degree of freedom. Bounds are one-sided, each with {@link #CONFIDENCE}, and hold at one
 * size, not at all sizes together.
 *
 * @param trials the defects
 */
@JsonPropertyOrder({
  "defects",
  "found",
  "method",
  "intercept",
  "slope",
  "a50",
  "a90",
  "a9095",
  "isotonicA90",
  "smallest",
  "largest",
  "atLeastA9095"
})
public record PodCurve(@JsonIgnore List<HitMiss> trials, @JsonIgnore LogisticModel model) {
  /** The POD of the size that is looked for. */
  public static final double POD = 0.9;

  /** The confidence of each bound. */
  public static final double CONFIDENCE = 0.95;

  /** The fewest defects for a curve of hits and misses by MIL-HDBK-1823A. */
  public static final int LEAST_TRIALS = 60;

  private static final double CRITICAL =
      ChiSquaredDistribution.of(1).inverseCumulativeProbability(2 * CONFIDENCE - 1);
  private static final double POD_LOGIT = Math.log(POD / (1 - POD));
  private static final double LARGEST_LOGIT = 60;
  private static final int GRID = 60;
  private static final int BISECTIONS = 40;

  /** How a curve was fitted. */
  public enum CurveFit {
    /** The fit by the largest likelihood. */
    LIKELIHOOD,
    /**
     * The fit by Firth's penalized likelihood, because a size separates those found from those
     * missed.
     */
    FIRTH
  }

  public PodCurve {
    trials = List.copyOf(trials);
    Objects.requireNonNull(model, "model");
  }

  /**
   * Fits the curve.
   *
   * @throws IllegalArgumentException unless there are defects of two sizes at least
   */
  public static PodCurve of(List<HitMiss> trials) {
    return new PodCurve(trials, LogisticModel.of(trials));
  }

  /** Returns the number of defects. */
  @JsonProperty
  public int defects() {
    return trials.size();
  }

  /** Returns how many were found. */
  @JsonProperty
  public int found() {
    return (int) trials.stream().filter(HitMiss::found).count();
  }

  /** Returns how the curve was fitted. */
  @JsonProperty
  public CurveFit method() {
    return model.penalized() ? CurveFit.FIRTH : CurveFit.LIKELIHOOD;
  }

  /** Returns the intercept of logit POD = intercept + slope · ln size. */
  @JsonProperty
  public double intercept() {
    return model.intercept();
  }

  /** Returns the slope of logit POD = intercept + slope · ln size. */
  @JsonProperty
  public double slope() {
    return model.slope();
  }

  /** Returns the smallest size among the defects. */
  @JsonProperty
  public double smallest() {
    return trials.stream().mapToDouble(HitMiss::size).min().orElseThrow();
  }

  /** Returns the largest size among the defects. */
  @JsonProperty
  public double largest() {
    return trials.stream().mapToDouble(HitMiss::size).max().orElseThrow();
  }

  /** Returns the estimated POD of a size. */
  public double pod(double size) {
    return LogisticModel.probability(model.logit(size));
  }

  /**
   * Returns the size from which on half are found by the estimate; null if it is not reached within
   * the sizes tested. The smallest size tested stands for all smaller ones.
   */
  @JsonProperty
  public Double a50() {
    return estimated(0);
  }

  /**
   * Returns the size from which on {@link #POD} are found by the estimate; null if it is not
   * reached within the sizes tested. The smallest size tested stands for all smaller ones.
   */
  @JsonProperty
  public Double a90() {
    return estimated(POD_LOGIT);
  }

  /**
   * Returns the smallest size tested of which {@link #POD} are found with {@link #CONFIDENCE}, and
   * from which on the estimate is not below {@link #POD}; null if there is none. Larger defects are
   * taken to be found at least as often.
   */
  @JsonProperty
  public Double a9095() {
    Double from = a90();
    if (from == null) {
      return null;
    }
    double not = from;
    for (double size : sizes()) {
      if (size >= from) {
        if (isShown(size)) {
          return bisected(not, size, this::isShown);
        }
        not = size;
      }
    }
    return null;
  }

  private boolean isShown(double size) {
    return model.logit(size) >= POD_LOGIT && model.deviance(size, POD_LOGIT) >= CRITICAL;
  }

  /** Returns the size from which on the isotonic regression has {@link #POD}; null for none. */
  @JsonProperty
  public Double isotonicA90() {
    return isotonic().size(POD);
  }

  /** Returns how many of the defects of at least {@link #a9095} were found; null without it. */
  @JsonProperty
  public Proportion atLeastA9095() {
    Double from = a9095();
    if (from == null) {
      return null;
    }
    List<HitMiss> large = trials.stream().filter(trial -> trial.size() >= from).toList();
    int hits = (int) large.stream().filter(HitMiss::found).count();
    return large.isEmpty() ? null : new Proportion(hits, large.size(), CONFIDENCE);
  }

  /** Returns whether the defects of at least {@link #a9095} contradict it. */
  boolean isContradicted() {
    Proportion large = atLeastA9095();
    return large != null && large.high() < POD;
  }

  /** Returns the isotonic regression of the same defects. */
  @JsonIgnore
  public IsotonicFit isotonic() {
    return IsotonicFit.of(trials);
  }

  /** Returns the smallest size tested from which on the estimate is at least a logit. */
  private Double estimated(double logit) {
    double[] sizes = sizes();
    int first = sizes.length;
    while (first > 0 && model.logit(sizes[first - 1]) >= logit) {
      first--;
    }
    if (first == sizes.length) {
      return null;
    }
    return first == 0
        ? sizes[0]
        : bisected(sizes[first - 1], sizes[first], size -> model.logit(size) >= logit);
  }

  /** Returns the smallest size from which on something holds, between one where it does not. */
  private static double bisected(double not, double yes, DoublePredicate holds) {
    double low = not;
    double high = yes;
    for (int i = 0; i < BISECTIONS && low < high; i++) {
      double middle = Math.sqrt(low * high);
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Returns sizes from the smallest to the largest tested, their logarithms evenly spaced. */
  private double[] sizes() {
    double[] sizes = new double[GRID + 1];
    double low = smallest();
    double high = largest();
    for (int i = 0; i <= GRID; i++) {
      sizes[i] = i == GRID ? high : low * Math.pow(high / low, (double) i / GRID);
    }
    return sizes;
  }

  /** Returns the curve of the estimate over the sizes tested, 0 to 1. */
  Curve estimate() {
    double[] sizes = sizes();
    double[] pods = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      pods[i] = pod(sizes[i]);
    }
    return new Curve(sizes, pods);
  }

  /** Returns the curve of the lower bounds; it has {@link #POD} at {@link #a9095}. */
  Curve lower() {
    return bounds(-1);
  }

  /** Returns the curve of the upper bounds. */
  Curve upper() {
    return bounds(1);
  }

  private Curve bounds(int side) {
    double[] sizes = sizes();
    double[] pods = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      pods[i] = LogisticModel.probability(bound(sizes[i], side, CRITICAL));
    }
    return new Curve(sizes, pods);
  }

  /**
   * Returns the logit of a bound of the POD of a size.
   *
   * @param side −1 for the lower bound, 1 for the upper one
   * @param critical value of twice the logarithm of the ratio of likelihoods
   */
  double bound(double size, int side, double critical) {
    double inside = model.logit(size);
    double step = 1;
    double outside = inside + side * step;
    while (model.deviance(size, outside) < critical && Math.abs(outside) < LARGEST_LOGIT) {
      inside = outside;
      step *= 2;
      outside += side * step;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (inside + outside) / 2;
      if (model.deviance(size, middle) < critical) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
    return inside;
  }
}
