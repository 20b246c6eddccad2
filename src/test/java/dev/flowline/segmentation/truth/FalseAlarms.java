package dev.flowline.segmentation.truth;

import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rule does on good images.
 *
 * @param alarms an image: regions, or classes of regions
 * @param images share of images that alarm
 */
record FalseAlarms(Rule rule, Estimate alarms, Estimate images) {
  /** What the rule promises: conformal ones the share of images, others the number of alarms. */
  Estimate promised() {
    return rule.isConformal() ? images : alarms;
  }

  boolean broken() {
    return promised().breaks(rule.threshold().promise());
  }

  /**
   * @param images to be judged, by draw
   * @return by rule
   */
  static List<FalseAlarms> measure(Draws draws, int images) {
    List<Rule> rules = draws.rules();
    int[][] alarms = new int[rules.size()][draws.count()];
    int[][] alarming = new int[rules.size()][draws.count()];
    try (Batch batch = new Batch(draws.shape(), images)) {
      draws.each(
          (draw, judges, log10Epsilon, random) -> {
            List<NativeView> good = batch.draw(draws.noise(), random);
            for (Statistic statistic : draws.statistics()) {
              Verdicts verdicts = judges.verdicts(statistic, good);
              for (int i = 0; i < log10Epsilon.length; i++) {
                if (rules.get(i).statistic() == statistic) {
                  for (int image = 0; image < images; image++) {
                    alarms[i][draw] += verdicts.alarms(image, log10Epsilon[i]);
                    alarming[i][draw] += verdicts.smallest()[image] < log10Epsilon[i] ? 1 : 0;
                  }
                }
              }
            }
          });
    }
    List<FalseAlarms> measured = new ArrayList<>();
    for (int i = 0; i < alarms.length; i++) {
      measured.add(
          new FalseAlarms(
              rules.get(i), Estimate.of(alarms[i], images), Estimate.of(alarming[i], images)));
    }
    return measured;
  }
}
