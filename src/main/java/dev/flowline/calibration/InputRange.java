package dev.flowline.calibration;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The range of the inputs that a model was calibrated on. An input far outside, such as the black
 * frame of a dead lamp, is no image of a part, whatever its verdict.
 *
 * <p>One rule serves all statistics. A value's share s of the highest possible one has the odds (s
 * + 0.01) / (1 − s + 0.01). The limits are a third of the lowest odds of the calibration images,
 * and three times the highest. On this scale black and white are equally far from grey, and a small
 * contrast may halve no more than a large one.
 */
public final class InputRange {
  private static final double FACTOR = 3;
  private static final double OFFSET = 0.01;

  private final double[] low = new double[InputStatistic.values().length];
  private final double[] high = new double[low.length];

  private InputRange(List<InputStatistics> images) {
    for (InputStatistic statistic : InputStatistic.values()) {
      int at = statistic.ordinal();
      double most = statistic.highest();
      var values = images.stream().mapToDouble(statistic::of).summaryStatistics();
      low[at] = most * share(odds(values.getMin() / most) / FACTOR);
      high[at] = most * share(odds(values.getMax() / most) * FACTOR);
    }
  }

  /**
   * Returns the range of some images; empty if there are none. Images without any contrast are left
   * out: they show no part.
   */
  public static Optional<InputRange> of(List<InputStatistics> images) {
    List<InputStatistics> parts = images.stream().filter(image -> !image.areConstant()).toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(new InputRange(parts));
  }

  /** Returns the statistics of an input that are out of range; none for a usual one. */
  public List<OutOfRange> outOfRange(InputStatistics input) {
    List<OutOfRange> out = new ArrayList<>();
    for (InputStatistic statistic : InputStatistic.values()) {
      int at = statistic.ordinal();
      double value = statistic.of(input);
      if (value < low[at] || value > high[at]) {
        out.add(new OutOfRange(statistic, value, low[at], high[at]));
      }
    }
    return List.copyOf(out);
  }

  /** Returns the limits in words. */
  public String inWords() {
    List<String> limits = new ArrayList<>();
    for (InputStatistic statistic : InputStatistic.values()) {
      int at = statistic.ordinal();
      limits.add(
          "%s %s to %s"
              .formatted(statistic.key(), Numbers.fixed(low[at], 3), Numbers.fixed(high[at], 3)));
    }
    return String.join(", ", limits);
  }

  private static double odds(double share) {
    return (share + OFFSET) / (1 - share + OFFSET);
  }

  /** Returns the share in [0, 1] that has the odds. */
  private static double share(double odds) {
    return Math.max(0, Math.min(1, (odds * (1 + OFFSET) - OFFSET) / (1 + odds)));
  }
}
