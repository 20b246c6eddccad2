package dev.flowline.segmentation.truth;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One draw after the other of good images: some for the law, others for the thresholds.
 *
 * @param lawImages n of the law
 * @param count how many draws
 */
record Draws(Shape shape, NoiseField noise, List<Rule> rules, int lawImages, int count, long seed) {
  /** What a draw is made for. */
  interface Experiment {
    /**
     * @param log10Epsilon by rule
     */
    void run(int draw, Judges judges, double[] log10Epsilon, SplittableRandom random);
  }

  /** Every draw is of a sequence of its own, whatever else is simulated. */
  void each(Experiment experiment) {
    SplittableRandom seeds = new SplittableRandom(seed);
    int most = rules.stream().mapToInt(Rule::calibrationImages).max().orElse(0);
    try (Judges judges = new Judges(shape);
        Batch law = new Batch(shape, lawImages);
        Batch calibration = new Batch(shape, Math.max(1, most))) {
      for (int draw = 0; draw < count; draw++) {
        SplittableRandom random = seeds.split();
        judges.learn(law.draw(noise, random));
        calibration.draw(noise, random);
        experiment.run(draw, judges, thresholds(judges, calibration), random);
      }
    }
  }

  private double[] thresholds(Judges judges, Batch calibration) {
    Map<Statistic, float[]> scores = new EnumMap<>(Statistic.class);
    double[] log10Epsilon = new double[rules.size()];
    for (int i = 0; i < log10Epsilon.length; i++) {
      Rule rule = rules.get(i);
      float[] of =
          scores.computeIfAbsent(
              rule.statistic(), statistic -> judges.smallest(statistic, calibration.views()));
      log10Epsilon[i] = rule.threshold().log10Epsilon(of);
    }
    return log10Epsilon;
  }

  /** Without repetition. */
  List<Statistic> statistics() {
    return rules.stream().map(Rule::statistic).distinct().toList();
  }
}
