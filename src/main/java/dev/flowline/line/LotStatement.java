package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The statement on a lot: how many parts were rejected, and what the rejects are worth.
 *
 * @param parts with the verdict GOOD, DEFECT or UNDECIDED
 * @param rejected with the verdict DEFECT
 * @param undecided with the verdict UNDECIDED
 * @param notInspected parts beside these
 * @param falseRejects null if the threshold guarantees nothing
 * @param discoveries at a false-discovery rate; null if none was requested
 * @param review of the rejects; null if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LotStatement(
    int parts,
    int rejected,
    int undecided,
    int notInspected,
    FalseRejects falseRejects,
    Discoveries discoveries,
    LotReview review) {
  /**
   * What the threshold guarantees about good parts among the rejects.
   *
   * @param guaranteed the guaranteed rate of false alarms
   * @param confidence with which it holds; null if it holds on average over calibrations
   * @param atMost how many good parts are rejected on average at most: the guaranteed rate times
   *     all parts, as if all were good
   * @param expected whether both are what is expected of a cross-fitted threshold, and no bound
   * @param proved the rate that is proved besides, if the threshold is by kept folds; null
   *     otherwise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FalseRejects(
      @JsonProperty("promised") double guaranteed,
      Double confidence,
      double atMost,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected,
      Double proved) {
    /** Makes what a threshold guarantees. */
    public FalseRejects(double guaranteed, Double confidence, double atMost) {
      this(guaranteed, confidence, atMost, false, null);
    }
  }

  /**
   * The parts that stand out at a false-discovery rate, by Benjamini and Hochberg.
   *
   * @param rate of which at most, on average over lots and calibrations, they are good
   * @param parts how many stand out
   * @param largestPValue a part stands out if its p-value is at most this; null if none does
   * @param goodAtMost rate times parts
   * @param smallestPValue the smallest that the calibration images can give
   * @param partsAtSmallest how many parts have it
   * @param partsNeeded how many with it are enough to stand out
   * @param expected whether {@code rate} and {@code goodAtMost} are what is expected of the
   *     p-values of a cross-fitted calibration, and no bound
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Discoveries(
      double rate,
      int parts,
      Double largestPValue,
      double goodAtMost,
      double smallestPValue,
      int partsAtSmallest,
      long partsNeeded,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected) {}
}
