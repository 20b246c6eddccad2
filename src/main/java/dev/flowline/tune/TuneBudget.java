package dev.flowline.tune;

import java.util.Map;

/**
 * The time that a tuning may take, and how much of it its steps have taken, those of earlier
 * processes too. A step that is done again counts once.
 */
final class TuneBudget {
  private final double seconds;
  private final Map<String, Double> spent;

  /**
   * Makes a budget.
   *
   * @param seconds in all, more than 0
   * @param spent seconds of each step so far; further steps are added
   * @throws IllegalArgumentException if there is no time
   */
  TuneBudget(double seconds, Map<String, Double> spent) {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException("budget must be more than 0 s, got " + seconds);
    }
    this.seconds = seconds;
    this.spent = spent;
  }

  /** Adds a step. */
  void spend(String step, double stepSeconds) {
    spent.put(step, stepSeconds);
  }

  /** Returns the seconds of all steps so far. */
  double spent() {
    return spent.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Returns the seconds that are left; negative if a step took longer than was expected. */
  double left() {
    return seconds - spent();
  }

  /** Returns whether a step fits into what is left, if it takes as long as is expected. */
  boolean allows(double expectedSeconds) {
    return left() > 0 && expectedSeconds <= left();
  }
}
