package dev.flowline.segmentation.truth;

import dev.flowline.calibration.FalseAlarmRate;
import java.util.Arrays;
import java.util.List;

/** What decides whether an image alarms: whether a statistic is below a threshold. */
record Rule(String name, Statistic statistic, Threshold threshold) {
  sealed interface Threshold {
    /**
     * @param calibration the statistic of good images kept for this
     */
    double log10Epsilon(float[] calibration);

    /** The most false alarms an image that it allows, on average. */
    double promise();
  }

  /** ε as it stands: so many regions, or classes of regions, alarm in a good image. */
  record Epsilon(double promise) implements Threshold {
    @Override
    public double log10Epsilon(float[] calibration) {
      return Math.log10(promise);
    }
  }

  /** The j-th smallest of the first n calibration images: so many good images alarm. */
  record Conformal(double rate, int images) implements Threshold {
    private int rank() {
      return new FalseAlarmRate(rate, null).rank(images);
    }

    @Override
    public double log10Epsilon(float[] calibration) {
      float[] sorted = Arrays.copyOf(calibration, images);
      Arrays.sort(sorted);
      return sorted[rank() - 1];
    }

    @Override
    public double promise() {
      return new FalseAlarmRate(rate, null).guaranteedRate(rank(), images);
    }
  }

  boolean isConformal() {
    return threshold instanceof Conformal;
  }

  /** How many calibration images are looked at. */
  int calibrationImages() {
    return threshold instanceof Conformal conformal ? conformal.images : 0;
  }

  private static Rule epsilon(Statistic statistic, double epsilon) {
    return new Rule(
        statistic.label + ", ε = " + Text.number(epsilon), statistic, new Epsilon(epsilon));
  }

  private static Rule conformal(Statistic statistic, double rate, int images) {
    String name = statistic.label + ", conformal " + Text.number(rate);
    return new Rule(name, statistic, new Conformal(rate, images));
  }

  /** Those whose false alarms are counted. */
  static List<Rule> all() {
    return List.of(
        epsilon(Statistic.PUBLISHED, 1),
        epsilon(Statistic.BY_SIZE, 1),
        epsilon(Statistic.BY_SIZE, 0.1),
        epsilon(Statistic.EXACT, 1),
        epsilon(Statistic.EXACT, 0.1),
        conformal(Statistic.BY_SIZE, 0.05, 50),
        epsilon(Statistic.CALIBRATED, 1),
        epsilon(Statistic.CALIBRATED, 0.1),
        conformal(Statistic.CALIBRATED, 0.05, 50),
        conformal(Statistic.CALIBRATED, 0.01, 100));
  }

  /**
   * Those that rest on so many images.
   *
   * @param images of the law, and as many for the threshold
   */
  static List<Rule> calibrated(int images) {
    return List.of(
        epsilon(Statistic.CALIBRATED, 1),
        epsilon(Statistic.CALIBRATED, 0.1),
        epsilon(Statistic.CALIBRATED, 0.01),
        conformal(Statistic.CALIBRATED, 0.05, images));
  }

  /** Those whose power is compared: all promise 0.05 false alarms an image. */
  static List<Rule> equallyStrict() {
    int images = 59; // of which the third smallest promises 3/60
    return List.of(
        epsilon(Statistic.PUBLISHED, 0.05),
        epsilon(Statistic.BY_SIZE, 0.05),
        epsilon(Statistic.EXACT, 0.05),
        conformal(Statistic.BY_SIZE, 0.05, images),
        epsilon(Statistic.CALIBRATED, 0.05),
        conformal(Statistic.CALIBRATED, 0.05, images),
        conformal(Statistic.LARGEST, 0.05, images));
  }
}
