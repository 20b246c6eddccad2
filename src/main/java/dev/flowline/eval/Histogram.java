package dev.flowline.eval;

import dev.flowline.page.SvgChart;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A histogram of good and defective images by one figure, in bins of equal width. Values outside
 * the range count in the first or last bin.
 */
public record Histogram(double low, double high, double[] good, double[] defect) {
  private static final int BINS = 40;

  /** Counts images by a figure. */
  public static Histogram of(
      List<ImageOutcome> outcomes, ToDoubleFunction<ImageOutcome> figure, double low, double high) {
    double[] good = new double[BINS];
    double[] defect = new double[BINS];
    for (ImageOutcome outcome : outcomes) {
      double share = (figure.applyAsDouble(outcome) - low) / (high - low);
      int bin = (int) Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)));
      (outcome.good() ? good : defect)[bin]++;
    }
    return new Histogram(low, high, good, defect);
  }

  /** Returns an ordinate with room for the highest bar. */
  private double top() {
    double top = 4;
    for (int i = 0; i < BINS; i++) {
      top = Math.max(top, Math.max(good[i], defect[i]));
    }
    return top * 1.12;
  }

  /** Returns a chart of the bars. */
  public SvgChart chart() {
    return new SvgChart(low, high, 0, top()).bars(good, "good").bars(defect, "defect");
  }
}
