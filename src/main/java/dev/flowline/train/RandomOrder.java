package dev.flowline.train;

import dev.flowline.random.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Random orders of things that are counted. */
final class RandomOrder {
  private RandomOrder() {}

  /** Returns 0 … n−1 in random order, every order as likely as any other (Fisher and Yates). */
  static int[] of(int n, SplittableRandom random) {
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /**
   * A source for what is drawn in one step of a training: a function of the seed and of where the
   * training is, so that a resumed one has it too.
   *
   * @param where epoch and what tells its steps apart
   */
  static SplittableRandom source(long seed, long... where) {
    return new SplittableRandom(Seeds.at(seed, where));
  }
}
