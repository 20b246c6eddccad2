package dev.flowline.detectability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The isotonic regression of hit and miss on size: the most likely POD that only rises with the
 * size, without a model (Ayer et al. 1955; pooled adjacent violators). It is a check of the curve.
 *
 * @param steps by rising size
 */
public record IsotonicFit(List<Step> steps) {
  /**
   * A range of sizes with one POD.
   *
   * @param from smallest size in it
   * @param to largest size in it
   * @param found number of defects found
   * @param of number of defects
   */
  public record Step(double from, double to, int found, int of) {
    /** Returns the share that was found. */
    public double pod() {
      return (double) found / of;
    }

    private Step with(Step next) {
      return new Step(from, next.to, found + next.found, of + next.of);
    }
  }

  public IsotonicFit {
    steps = List.copyOf(steps);
  }

  /** Returns the fit; trials of one size have one POD. */
  public static IsotonicFit of(List<HitMiss> trials) {
    List<HitMiss> sorted =
        trials.stream().sorted(Comparator.comparingDouble(HitMiss::size)).toList();
    List<Step> steps = new ArrayList<>();
    for (HitMiss trial : sorted) {
      Step step = new Step(trial.size(), trial.size(), trial.found() ? 1 : 0, 1);
      int last = steps.size() - 1;
      if (last >= 0 && steps.get(last).to == trial.size()) {
        step = steps.remove(last).with(step);
      }
      steps.add(step);
    }
    List<Step> pooled = new ArrayList<>();
    for (Step step : steps) {
      Step merged = step;
      while (!pooled.isEmpty() && pooled.get(pooled.size() - 1).pod() >= merged.pod()) {
        merged = pooled.remove(pooled.size() - 1).with(merged);
      }
      pooled.add(merged);
    }
    return new IsotonicFit(pooled);
  }

  /** Returns the smallest size of the steps with at least a POD; null if there is none. */
  public Double size(double pod) {
    return steps.stream()
        .filter(step -> step.pod() >= pod)
        .findFirst()
        .map(Step::from)
        .orElse(null);
  }
}
