package dev.flowline.tune;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The time that a tuning may take, and how much of it its steps have taken, those of earlier
 * processes too. A step that is stopped and begun again counts with all its tries.
 */
final class TuneBudget {
  private final double seconds;
  private final Map<String, StepTime> steps;

  /**
   * Makes a budget.
   *
   * @param seconds in all, more than 0
   * @param steps what each has taken so far; further steps are added
   * @throws IllegalArgumentException if there is no time
   */
  TuneBudget(double seconds, Map<String, StepTime> steps) {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException("budget must be more than 0 s, got " + seconds);
    }
    this.seconds = seconds;
    this.steps = steps;
  }

  /** Counts a try of a step that begins. */
  void begin(String step) {
    change(step, StepTime::begun);
  }

  /** Adds to the time of a step. */
  void spend(String step, double stepSeconds) {
    change(step, time -> time.plus(stepSeconds));
  }

  /** Notes that a try of a step came to its end. */
  void end(String step) {
    change(step, StepTime::ended);
  }

  private void change(String step, UnaryOperator<StepTime> change) {
    steps.compute(step, (name, time) -> change.apply(time == null ? StepTime.NONE : time));
  }

  /** Returns what a step has taken so far. */
  StepTime of(String step) {
    return steps.getOrDefault(step, StepTime.NONE);
  }

  /** Returns the seconds that may be spent in all. */
  double seconds() {
    return seconds;
  }

  /** Returns the seconds of all steps so far. */
  double spent() {
    return steps.values().stream().mapToDouble(StepTime::spentSeconds).sum();
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
