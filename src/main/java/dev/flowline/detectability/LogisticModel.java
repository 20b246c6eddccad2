package dev.flowline.detectability;

import java.util.List;

/**
 * The logistic model of hit and miss, logit POD = intercept + slope · ln size, and its likelihood
 * over some trials (MIL-HDBK-1823A, ASTM E2862). Where the trials are separated, the likelihood has
 * no maximum; Firth's (1993) penalty, half the logarithm of the determinant of the information,
 * gives it one (Heinze and Schemper 2002). Within this class ln size is standardized.
 */
final class LogisticModel {
  private static final int ITERATIONS = 200;
  private static final int HALVINGS = 40;
  private static final double LARGEST_STEP = 5;
  private static final double STEEPEST = 1e4; // slope of the standardized size
  private static final double PRECISION = 1e-10;

  private final double[] x; // standardized ln size
  private final boolean[] found;
  private final boolean penalized;
  private final double centre;
  private final double scale;
  private final double[] best; // intercept and slope
  private final double highest;

  /** Fits the model: with the penalty exactly if the trials are {@link #isSeparated separated}. */
  static LogisticModel of(List<HitMiss> trials) {
    return new LogisticModel(trials, isSeparated(trials));
  }

  /**
   * Fits the model.
   *
   * @throws IllegalArgumentException unless the trials have two sizes at least
   */
  LogisticModel(List<HitMiss> trials, boolean penalized) {
    double[] logs = trials.stream().mapToDouble(trial -> Math.log(trial.size())).toArray();
    double mean = 0;
    for (double log : logs) {
      mean += log / logs.length;
    }
    double variance = 0;
    for (double log : logs) {
      variance += (log - mean) * (log - mean) / logs.length;
    }
    if (!(variance > 1e-18)) {
      throw new IllegalArgumentException(
          "a curve over the size takes defects of at least two sizes, got %s of one"
              .formatted(trials.size()));
    }
    centre = mean;
    scale = Math.sqrt(variance);
    x = new double[logs.length];
    found = new boolean[logs.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (logs[i] - centre) / scale;
      found[i] = trials.get(i).found();
    }
    this.penalized = penalized;
    best = maximum();
    highest = at(best[0], best[1]);
  }

  /**
   * Returns whether a size separates those found from those missed, so that the likelihood has no
   * maximum: all are found, none is, or none missed is larger (or none smaller) than one found.
   */
  static boolean isSeparated(List<HitMiss> trials) {
    double leastFound = Double.POSITIVE_INFINITY;
    double mostFound = 0;
    double leastMissed = Double.POSITIVE_INFINITY;
    double mostMissed = 0;
    for (HitMiss trial : trials) {
      if (trial.found()) {
        leastFound = Math.min(leastFound, trial.size());
        mostFound = Math.max(mostFound, trial.size());
      } else {
        leastMissed = Math.min(leastMissed, trial.size());
        mostMissed = Math.max(mostMissed, trial.size());
      }
    }
    return mostMissed <= leastFound || mostFound <= leastMissed;
  }

  boolean penalized() {
    return penalized;
  }

  /** Returns the intercept, the logit of the POD of a defect of size 1. */
  double intercept() {
    return best[0] - best[1] * centre / scale;
  }

  /** Returns the slope, per unit of ln size. */
  double slope() {
    return best[1] / scale;
  }

  /** Returns the maximum of the logarithm of the likelihood, with the penalty if there is one. */
  double logLikelihood() {
    return highest;
  }

  /** Returns the logit of the estimated POD of a size. */
  double logit(double size) {
    return best[0] + best[1] * standardized(size);
  }

  private double standardized(double size) {
    return (Math.log(size) - centre) / scale;
  }

  /**
   * Returns twice the logarithm of the ratio of likelihoods: that of the best fit, and that of the
   * best whose curve goes through a point. It has one degree of freedom.
   *
   * @param logit of the POD of the size
   */
  double deviance(double size, double logit) {
    return Math.max(0, 2 * (highest - through(standardized(size), logit)));
  }

  /** Returns the largest likelihood among the curves through a point. */
  private double through(double at, double logit) {
    double start = best[1];
    double sign = Math.signum(gradient(at, logit, start));
    double step = Math.max(0.5, Math.abs(start) / 4);
    double near = start;
    double far = start;
    while (sign != 0 && Math.signum(gradient(at, logit, far)) == sign) {
      near = far;
      far += sign * step;
      step *= 2;
      if (Math.abs(far) > STEEPEST) { // the likelihood rises to a bound: take it there
        return at(logit - far * at, far);
      }
    }
    double slope = root(at, logit, near, far);
    return at(logit - slope * at, slope);
  }

  /** Returns where the gradient along a line is 0, by the Illinois method. */
  private double root(double at, double logit, double from, double to) {
    double a = from;
    double b = to;
    double fa = gradient(at, logit, a);
    double fb = gradient(at, logit, b);
    int kept = 0;
    for (int i = 0; i < ITERATIONS && Math.abs(b - a) > PRECISION && fa != 0 && fb != 0; i++) {
      double middle = (a * fb - b * fa) / (fb - fa);
      double value = gradient(at, logit, middle);
      if (Math.signum(value) == Math.signum(fb)) {
        b = middle;
        fb = value;
        fa = kept == 1 ? fa / 2 : fa;
        kept = 1;
      } else {
        a = middle;
        fa = value;
        fb = kept == 2 ? fb / 2 : fb;
        kept = 2;
      }
    }
    return Math.abs(fa) < Math.abs(fb) ? a : b;
  }

  /** Returns the derivative by the slope of the likelihood along the curves through a point. */
  private double gradient(double at, double logit, double slope) {
    double[] score = new double[2];
    score(logit - slope * at, slope, score, new double[3]);
    return score[1] - at * score[0];
  }

  private double[] maximum() {
    double[] beta = new double[2];
    double[] score = new double[2];
    double[] information = new double[3];
    double value = at(0, 0);
    for (int i = 0; i < ITERATIONS; i++) {
      score(beta[0], beta[1], score, information);
      double determinant = information[0] * information[2] - information[1] * information[1];
      double stepA = (information[2] * score[0] - information[1] * score[1]) / determinant;
      double stepB = (information[0] * score[1] - information[1] * score[0]) / determinant;
      double longest = Math.max(Math.abs(stepA), Math.abs(stepB));
      double share = longest > LARGEST_STEP ? LARGEST_STEP / longest : 1;
      double next = at(beta[0] + share * stepA, beta[1] + share * stepB);
      for (int halving = 0; !(next >= value) && halving < HALVINGS; halving++) {
        share /= 2;
        next = at(beta[0] + share * stepA, beta[1] + share * stepB);
      }
      if (!(next >= value)) {
        return beta; // rounding alone is left
      }
      beta[0] += share * stepA;
      beta[1] += share * stepB;
      value = next;
      if (longest < PRECISION) {
        return beta;
      }
    }
    return beta;
  }

  /** Returns the logarithm of the likelihood, with the penalty if there is one. */
  private double at(double intercept, double slope) {
    double sum = 0;
    double[] information = new double[3];
    for (int i = 0; i < x.length; i++) {
      double eta = intercept + slope * x[i];
      sum -= softplus(found[i] ? -eta : eta);
      addWeight(information, weight(eta), x[i]);
    }
    if (!penalized) {
      return sum;
    }
    double determinant = information[0] * information[2] - information[1] * information[1];
    return determinant > 0 ? sum + 0.5 * Math.log(determinant) : Double.NEGATIVE_INFINITY;
  }

  /**
   * Computes the score, Firth's modified one with the penalty, and the information.
   *
   * @param score of intercept and slope, written
   * @param information of intercept, both, slope, written
   */
  private void score(double intercept, double slope, double[] score, double[] information) {
    information[0] = 0;
    information[1] = 0;
    information[2] = 0;
    for (double at : x) {
      addWeight(information, weight(intercept + slope * at), at);
    }
    double determinant = information[0] * information[2] - information[1] * information[1];
    score[0] = 0;
    score[1] = 0;
    for (int i = 0; i < x.length; i++) {
      double eta = intercept + slope * x[i];
      double residual = found[i] ? probability(-eta) : -probability(eta);
      if (penalized && determinant > 0) {
        double leverage =
            weight(eta)
                * (information[2] - 2 * information[1] * x[i] + information[0] * x[i] * x[i])
                / determinant;
        residual += leverage * (0.5 - probability(eta));
      }
      score[0] += residual;
      score[1] += residual * x[i];
    }
  }

  private static void addWeight(double[] information, double weight, double at) {
    information[0] += weight;
    information[1] += weight * at;
    information[2] += weight * at * at;
  }

  private static double weight(double eta) {
    return probability(eta) * probability(-eta);
  }

  /** Returns the probability of a logit. */
  static double probability(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** Returns ln(1 + e^v). */
  private static double softplus(double v) {
    return v > 0 ? v + Math.log1p(Math.exp(-v)) : Math.log1p(Math.exp(v));
  }
}
