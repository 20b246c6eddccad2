package dev.flowline.line;

import dev.flowline.calibration.BenjaminiHochberg;
import dev.flowline.calibration.Calibration;
import java.util.Optional;

/**
 * The lot: parts that were inspected with one model and one threshold, as counts. It is immutable,
 * and takes as much memory as the model has calibration images, however many parts there are.
 */
public final class Lot {
  private final Calibration pValues; // null if the parts have none
  private final Calibration threshold; // null if it guarantees nothing
  private final int good;
  private final int rejected;
  private final int undecided;
  private final int notInspected;
  // The number k − 1 is how many parts have the p-value k/(n + 1); none if p-values are weighted.
  private final int[] counts;

  private Lot(
      Calibration pValues,
      Calibration threshold,
      int good,
      int rejected,
      int undecided,
      int notInspected,
      int[] counts) {
    this.pValues = pValues;
    this.threshold = threshold;
    this.good = good;
    this.rejected = rejected;
    this.undecided = undecided;
    this.notInspected = notInspected;
    this.counts = counts;
  }

  /**
   * Returns a lot without parts.
   *
   * @param pValues by whose images the parts have their p-values; empty if they have none
   * @param threshold that the verdicts rest on; empty if it was set by hand
   */
  public static Lot empty(Optional<Calibration> pValues, Optional<Calibration> threshold) {
    int values =
        pValues
            .filter(calibration -> calibration.mix() == null)
            .map(calibration -> calibration.goodImages() + 1)
            .orElse(0);
    return new Lot(pValues.orElse(null), threshold.orElse(null), 0, 0, 0, 0, new int[values]);
  }

  /** Returns a lot without parts, for what an inspector inspects. */
  public static Lot of(Inspector inspector) {
    return empty(inspector.pValues(), Optional.ofNullable(inspector.calibration()));
  }

  /**
   * Returns the lot with one part more.
   *
   * @throws IllegalArgumentException if the part has a p-value by another calibration, or none
   *     where the others have one
   * @throws ArithmeticException if the lot has more parts than an int can count
   */
  public Lot with(Inspection part) {
    if (part.verdict() == Verdict.NOT_INSPECTED || !part.isJudged()) {
      int more = Math.addExact(notInspected, 1);
      return new Lot(pValues, threshold, good, rejected, undecided, more, counts);
    }
    Math.addExact(parts(), 1);
    int[] more = counts.clone();
    if (counts.length > 0) {
      more[rank(part.pValue()) - 1]++;
    } else if (pValues == null && part.pValue() != null) {
      throw new IllegalArgumentException("pValue must be null in this lot, got " + part.pValue());
    }
    return new Lot(
        pValues,
        threshold,
        good + (part.verdict() == Verdict.GOOD ? 1 : 0),
        rejected + (part.verdict() == Verdict.DEFECT ? 1 : 0),
        undecided + (part.verdict() == Verdict.UNDECIDED ? 1 : 0),
        notInspected,
        more);
  }

  /** Returns k of the p-value k/(n + 1). */
  private int rank(Double pValue) {
    double rank = pValue == null ? Double.NaN : pValue * counts.length;
    long nearest = Math.round(rank);
    if (!(Math.abs(rank - nearest) < 1e-6 && nearest >= 1 && nearest <= counts.length)) {
      throw new IllegalArgumentException(
          "pValue must be one of 1/%s to 1, got %s".formatted(counts.length, pValue));
    }
    return (int) nearest;
  }

  /** Returns how many parts were inspected: their verdict is GOOD, DEFECT or UNDECIDED. */
  public int parts() {
    return Math.addExact(Math.addExact(good, rejected), undecided);
  }

  /** Returns how many parts are rejected: their verdict is DEFECT. */
  public int rejected() {
    return rejected;
  }

  /** Returns how many parts are UNDECIDED: they have to be looked at. */
  public int undecided() {
    return undecided;
  }

  /** Returns how many parts are NOT_INSPECTED, or were not judged; no other number counts them. */
  public int notInspected() {
    return notInspected;
  }

  /**
   * Returns what the threshold guarantees about good parts among the rejects; empty if it was set
   * by hand, or guarantees nothing.
   */
  public Optional<LotStatement.FalseRejects> falseRejects() {
    return threshold == null || threshold.isImplausible()
        ? Optional.empty()
        : Optional.of(
            new LotStatement.FalseRejects(
                threshold.guaranteed(),
                threshold.requested().confidence(),
                threshold.guaranteed() * parts(),
                !threshold.isGuaranteed(),
                threshold.keepsFolds() ? threshold.proved().orElse(null) : null));
  }

  /**
   * Returns the parts that stand out at a false-discovery rate, see {@link BenjaminiHochberg}.
   *
   * @param rate in (0, 1)
   * @throws IllegalArgumentException if it is out of its bounds
   * @throws IllegalStateException if the parts have no p-values, or weighted ones, of which the
   *     procedure is not known to keep a rate (Jin, Candès 2023)
   */
  public LotStatement.Discoveries discoveries(double rate) {
    if (pValues == null) {
      throw new IllegalStateException("the parts of the lot have no p-values");
    }
    if (pValues.mix() != null) {
      throw new IllegalStateException("the p-values of the lot are weighted for a mix");
    }
    int rank = BenjaminiHochberg.largestRank(counts, rate);
    int named = 0;
    for (int k = 0; k < rank; k++) {
      named += counts[k];
    }
    return new LotStatement.Discoveries(
        rate,
        named,
        rank == 0 ? null : rank / (double) counts.length,
        rate * named,
        1.0 / counts.length,
        counts[0],
        BenjaminiHochberg.fewest(parts(), counts.length - 1, rate),
        !pValues.isGuaranteed());
  }

  /**
   * Returns the statement on the lot.
   *
   * @param falseDiscoveryRate in (0, 1); null for none
   * @throws IllegalArgumentException if it is out of its bounds
   * @throws IllegalStateException if there is one, and {@link #discoveries} cannot be had
   */
  public LotStatement statement(Double falseDiscoveryRate) {
    double shown = falseDiscoveryRate == null ? LotReview.USUAL_SHARE : 1 - falseDiscoveryRate;
    return new LotStatement(
        parts(),
        rejected,
        undecided,
        notInspected,
        falseRejects().orElse(null),
        falseDiscoveryRate == null ? null : discoveries(falseDiscoveryRate),
        rejected == 0 ? null : LotReview.showing(rejected, shown));
  }
}
