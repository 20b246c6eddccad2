package dev.flowline.extractor;

import java.util.List;
import java.util.stream.IntStream;

/** The checks on the layers of a network that somebody wants features of. */
final class ChosenStages {
  private ChosenStages() {}

  /** 0 … count − 1. */
  static List<Integer> all(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /**
   * A copy.
   *
   * @throws IllegalArgumentException unless they are ascending numbers from 0 to count − 1
   */
  static List<Integer> checked(String network, List<Integer> chosen, int count) {
    boolean ascending =
        IntStream.range(1, chosen.size()).allMatch(i -> chosen.get(i - 1) < chosen.get(i));
    if (chosen.isEmpty()
        || !ascending
        || chosen.get(0) < 0
        || chosen.get(chosen.size() - 1) >= count) {
      throw new IllegalArgumentException(
          "layers of %s must be ascending numbers from 0 to %s, got %s"
              .formatted(network, count - 1, chosen));
    }
    return List.copyOf(chosen);
  }
}
