package dev.flowline.acceptance;

import dev.flowline.metrics.NanAsNull;
import java.util.HashSet;
import java.util.List;

/**
 * The agreement of an appraiser with itself: decisions about the same part in several trials.
 *
 * @param trials of each part that counts, at least 2; further ones are left out
 * @param sameDecision parts with the same decision in all these trials, right or not
 * @param statistic Cohen's kappa for two trials, Fleiss' for more
 * @param kappa between the trials; NaN if all decisions are the same
 */
public record Repeatability(
    int trials, Proportion sameDecision, KappaKind statistic, @NanAsNull double kappa) {
  /** The kind of kappa. */
  public enum KappaKind {
    COHEN,
    FLEISS
  }

  /** Returns the repeatability of an appraiser; null if no part was decided about twice. */
  static Repeatability of(Appraiser appraiser, double confidence) {
    int trials = appraiser.trials();
    if (trials < 2) {
      return null;
    }
    List<List<Decision>> parts =
        appraiser.repeated(trials).stream().map(part -> part.first(trials)).toList();
    int same = (int) parts.stream().filter(all -> new HashSet<>(all).size() == 1).count();
    boolean two = trials == 2;
    return new Repeatability(
        trials,
        new Proportion(same, parts.size(), confidence),
        two ? KappaKind.COHEN : KappaKind.FLEISS,
        two ? Kappa.cohen(trial(parts, 0), trial(parts, 1)) : Kappa.fleiss(parts));
  }

  private static List<Decision> trial(List<List<Decision>> parts, int trial) {
    return parts.stream().map(part -> part.get(trial)).toList();
  }
}
