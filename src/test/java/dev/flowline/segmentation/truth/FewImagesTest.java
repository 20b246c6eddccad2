package dev.flowline.segmentation.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.truth.FewImages.Outcome;
import dev.flowline.segmentation.truth.FewImages.Way;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link FewImages} measures, on a short run; and that it can tell. */
class FewImagesTest {
  private static final double RATE = 0.1;
  private static final int DRAWS = 60;

  private static Map<Way, Outcome> measured(Way... ways) {
    return new FewImages(20261130, RATE, 50).measure(29, DRAWS, List.of(ways));
  }

  /** Images that the model knows are no measure of others: that is what has to be repaired. */
  @Test
  void inSampleStatisticsLieAndOutOfFoldOnesDoNot() {
    Map<Way, Outcome> measured = measured(Way.NAIVE, Way.CROSS_FITTED, Way.ONE_BY_ONE);
    Outcome naive = measured.get(Way.NAIVE);
    assertEquals(RATE, naive.promised(), 1e-12);
    assertTrue(naive.falseAlarms().mean() > 4 * RATE, naive.toString());
    for (Way way : List.of(Way.CROSS_FITTED, Way.ONE_BY_ONE)) {
      Outcome outcome = measured.get(way);
      assertEquals(RATE, outcome.promised(), 1e-12);
      assertTrue(outcome.falseAlarms().low() <= RATE, outcome.toString());
      assertTrue(outcome.falseAlarms().high() > RATE / 5, "needlessly careful: " + outcome);
    }
  }

  /** CV+ keeps 1 − 2α in the worst case, and about 1 − α in practice. */
  @Test
  void cvPlusKeepsItsRate() {
    Map<Way, Outcome> measured = measured(Way.CV_PLUS, Way.CV_PLUS_STRICT);
    measured.forEach(
        (way, outcome) -> {
          assertTrue(outcome.falseAlarms().low() <= RATE, way + ": " + outcome);
          assertTrue(outcome.falseAlarms().mean() < 2 * RATE, way + ": " + outcome);
          assertTrue(outcome.found().mean() > outcome.falseAlarms().high(), way + ": " + outcome);
        });
  }
}
