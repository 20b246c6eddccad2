package dev.flowline.segmentation.truth;

import java.util.ArrayList;
import java.util.List;

/**
 * Which defects make a rule alarm.
 *
 * @param good share of images without a defect that alarm
 * @param found by defect, the share of images with it that alarm
 */
record Power(Rule rule, Estimate good, List<Estimate> found) {
  /** Whether it alarms more often than it promises, so that what it finds counts for little. */
  boolean broken() {
    return good.breaks(rule.threshold().promise());
  }

  /**
   * @param goodImages without a defect, by draw
   * @param images by draw and defect
   * @return by rule
   */
  static List<Power> measure(Draws draws, List<PlantedDefect> defects, int goodImages, int images) {
    Counts good = new Counts(draws);
    List<Counts> found = defects.stream().map(defect -> new Counts(draws)).toList();
    try (Batch without = new Batch(draws.shape(), goodImages);
        Batch with = new Batch(draws.shape(), images)) {
      draws.each(
          (draw, judges, log10Epsilon, random) -> {
            without.draw(draws.noise(), random);
            good.add(draw, judges, without, log10Epsilon);
            for (int d = 0; d < defects.size(); d++) {
              with.draw(draws.noise(), defects.get(d), random);
              found.get(d).add(draw, judges, with, log10Epsilon);
            }
          });
    }
    List<Power> powers = new ArrayList<>();
    for (int i = 0; i < draws.rules().size(); i++) {
      int rule = i;
      powers.add(
          new Power(
              draws.rules().get(i),
              Estimate.of(good.alarming[i], goodImages),
              found.stream().map(of -> Estimate.of(of.alarming[rule], images)).toList()));
    }
    return powers;
  }

  /** How many images alarm, by rule and draw. */
  private record Counts(Draws draws, int[][] alarming) {
    Counts(Draws draws) {
      this(draws, new int[draws.rules().size()][draws.count()]);
    }

    void add(int draw, Judges judges, Batch batch, double[] log10Epsilon) {
      for (Statistic statistic : draws.statistics()) {
        float[] smallest = judges.smallest(statistic, batch.views());
        for (int i = 0; i < log10Epsilon.length; i++) {
          if (draws.rules().get(i).statistic() == statistic) {
            for (float of : smallest) {
              alarming[i][draw] += of < log10Epsilon[i] ? 1 : 0;
            }
          }
        }
      }
    }
  }
}
