package dev.flowline.segmentation.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.truth.Rule.Conformal;
import dev.flowline.segmentation.truth.Rule.Epsilon;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises that {@link Simulation} measures, on a short run; and that it can tell. */
class PromiseTest {
  private static final long SEED = 20261129;
  private static final int DRAWS = 60;
  private static final int IMAGES = 100;
  private static final double RATE = 0.1;
  private static final double FOUR_SIGMAS = 4 / 1.96; // of the interval

  private static final Rule CALIBRATED =
      new Rule("calibrated", Statistic.CALIBRATED, new Epsilon(RATE));
  private static final Rule CONFORMAL =
      new Rule("calibrated, conformal", Statistic.CALIBRATED, new Conformal(RATE, 49));
  private static final Rule CHI_SQUARE =
      new Rule("chi-square exact, by size", Statistic.EXACT, new Epsilon(RATE));

  private static Draws draws(NoiseField noise, Rule... rules) {
    return new Draws(Shape.TWO_SCALES, noise, List.of(rules), 40, DRAWS, SEED);
  }

  @ParameterizedTest
  @EnumSource(
      value = NoiseField.class,
      names = {"WHITE", "HEAVY", "CHANNELS", "SPACE"})
  void whatIsCalibratedHoldsOnEveryNoise(NoiseField noise) {
    List<FalseAlarms> measured = FalseAlarms.measure(draws(noise, CALIBRATED, CONFORMAL), IMAGES);
    FalseAlarms calibrated = measured.get(0);
    assertFalse(calibrated.broken(), noise + ": " + calibrated);
    assertTrue(calibrated.alarms().mean() > RATE / 10, "needlessly careful: " + calibrated);
    Estimate conformal = measured.get(1).images();
    double margin = conformal.mean() - conformal.low();
    assertEquals(RATE, conformal.mean(), FOUR_SIGMAS * margin, noise + ": " + conformal);
    assertTrue(margin < RATE / 4, "images too few to tell: " + conformal);
  }

  @Test
  void chiSquareHoldsOnWhiteNoiseAndBreaksOnHeavyTails() {
    FalseAlarms white = FalseAlarms.measure(draws(NoiseField.WHITE, CHI_SQUARE), IMAGES).get(0);
    FalseAlarms heavy = FalseAlarms.measure(draws(NoiseField.HEAVY, CHI_SQUARE), IMAGES).get(0);
    assertTrue(white.alarms().mean() < RATE, white.toString());
    assertTrue(heavy.broken() && heavy.images().mean() > 5 * RATE, heavy.toString());
  }

  /** Counted twice over, by libflowline's map and from the maxima: no alarm but in some class. */
  @Test
  void anImageAlarmsWhereOneOfItsClassesDoes() {
    SplittableRandom random = new SplittableRandom(SEED);
    try (Judges judges = new Judges(Shape.ONE_SCALE);
        Batch batch = new Batch(Shape.ONE_SCALE, 200)) {
      judges.learn(batch.draw(NoiseField.SPACE, random));
      Verdicts verdicts =
          judges.verdicts(
              Statistic.CALIBRATED,
              batch.draw(NoiseField.SPACE, new PlantedDefect(3, 1.5), random));
      int alarming = 0;
      for (double log10Epsilon : new double[] {0.5, 0, -1}) {
        for (int image = 0; image < 200; image++) {
          boolean alarms = verdicts.smallest()[image] < log10Epsilon;
          assertEquals(alarms, verdicts.alarms(image, log10Epsilon) > 0, "image " + image);
          alarming += alarms ? 1 : 0;
        }
      }
      assertTrue(alarming > 50 && alarming < 550, alarming + " alarms of 600");
    }
  }

  @Test
  void defectsAreFoundTheMoreTheStrongerTheyAre() {
    List<PlantedDefect> defects =
        List.of(new PlantedDefect(3, 1.2), new PlantedDefect(3, 2), new PlantedDefect(3, 6));
    Rule[] rules = Rule.equallyStrict().toArray(Rule[]::new);
    Draws draws = new Draws(Shape.TWO_SCALES, NoiseField.WHITE, List.of(rules), 50, 10, SEED);
    for (Power power : Power.measure(draws, defects, 50, 50)) {
      double before = power.good().mean();
      for (Estimate found : power.found()) {
        assertTrue(found.mean() >= before - 0.03, power.toString());
        before = found.mean();
      }
      boolean blind = power.rule().statistic() == Statistic.PUBLISHED;
      assertEquals(blind ? 0 : 1, before, 0.02, power.toString());
    }
  }
}
