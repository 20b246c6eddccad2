package dev.flowline.acceptance;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A part with all decisions of one appraiser.
 *
 * @param defective its reference
 * @param byTrial at least one decision, by the number of the trial
 */
public record AppraisedPart(String name, boolean defective, SortedMap<Integer, Decision> byTrial) {
  public AppraisedPart {
    byTrial = Collections.unmodifiableSortedMap(new TreeMap<>(byTrial));
  }

  /** Returns the decisions in the order of the trials. */
  public List<Decision> decisions() {
    return List.copyOf(byTrial.values());
  }

  /** Returns the first decisions. */
  List<Decision> first(int trials) {
    return decisions().subList(0, trials);
  }

  /** Returns how often a decision was made. */
  int count(Decision decision) {
    return Collections.frequency(byTrial.values(), decision);
  }

  /** Returns whether every decision is the right one. */
  boolean isRight() {
    return count(Decision.right(defective)) == byTrial.size();
  }

  /** Returns whether the defective part was decided to be good, or the good one to be defective. */
  boolean isWrong() {
    return count(Decision.right(!defective)) > 0;
  }
}
