package dev.flowline.acceptance;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model or a person, with the parts decided about.
 *
 * @param parts at least one, in the order in which they were first seen
 */
public record Appraiser(String name, List<AppraisedPart> parts) {
  public Appraiser {
    parts = List.copyOf(parts);
  }

  /** Returns the parts that are defective, or those that are good. */
  List<AppraisedPart> parts(boolean defective) {
    return parts.stream().filter(part -> part.defective() == defective).toList();
  }

  /**
   * Returns the number of trials that most of the repeated parts have, the larger one of two that
   * are as frequent; 1 if no part is repeated.
   */
  int trials() {
    Map<Integer, Integer> parts = new TreeMap<>();
    for (AppraisedPart part : this.parts) {
      if (part.byTrial().size() > 1) {
        parts.merge(part.byTrial().size(), 1, Integer::sum);
      }
    }
    int trials = 1;
    int most = 0;
    for (Map.Entry<Integer, Integer> entry : parts.entrySet()) {
      if (entry.getValue() >= most) {
        trials = entry.getKey();
        most = entry.getValue();
      }
    }
    return trials;
  }

  /** Returns the parts with at least so many trials. */
  List<AppraisedPart> repeated(int trials) {
    return parts.stream().filter(part -> part.byTrial().size() >= trials).toList();
  }
}
