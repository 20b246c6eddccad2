package dev.flowline.model;

/**
 * Where a model's log10Epsilon comes from: good images that the flow was not trained on.
 *
 * <p>log10Epsilon is the smallest log10NFA of any region that any of n such images reached, before
 * interpolation: it is valid for maps of every size. If a new good image is exchangeable with them,
 * the probability that it falls below is at most 1/(n + 1). That is only nearly given: the same
 * images choose the epoch.
 *
 * @param goodImages n
 * @param smallestLog10Nfa over those images
 */
public record Calibration(int goodImages, double smallestLog10Nfa) {
  /** The rate of false-alarm images that can be promised, in (0, 1]. */
  public double falseAlarmRate() {
    return 1.0 / (goodImages + 1);
  }
}
