package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.detectability.DefectDesign.PlannedDefect;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DefectDesignTest {
  private static DefectDesign design(long seed) {
    return new DefectDesign(
        List.of(DefectKind.SPOT, DefectKind.STAIN), List.of(0.5, 0.1, 0.25), 2, 64, 5, 8, seed);
  }

  @Test
  void everyStepOfEveryCurveHasAsManyDefects() {
    List<PlannedDefect> all = design(1).defects();
    assertEquals(2 * 3 * 40, all.size());
    var counts =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    d ->
                        d.kind()
                            + " "
                            + d.contrast()
                            + " "
                            + (int) (Math.log(d.size() / 2) / Math.log(2)),
                    Collectors.counting()));
    assertEquals(2 * 3 * 5, counts.size());
    counts.values().forEach(count -> assertEquals(8, count));
    assertEquals(0.25, design(1).mainContrast());
    assertEquals(0.1, design(1).about(0.14).mainContrast());
    assertEquals(0.5, design(1).about(0.9).mainContrast());
    assertEquals(0.25, design(1).about(null).mainContrast());
    double mean = all.stream().mapToDouble(d -> Math.log(d.size())).average().orElseThrow();
    assertEquals(Math.log(Math.sqrt(2 * 64)), mean, 0.06);
  }

  @Test
  void theSeedDrawsTheDefects() {
    assertEquals(design(1).defects(), design(1).defects());
    assertNotEquals(design(1).defects(), design(2).defects());
    int[] images = new int[7];
    design(1).defects().forEach(defect -> images[defect.image(7)]++);
    for (int image : images) {
      assertTrue(image > 15 && image < 55, image + " of 240 on one of 7");
    }
  }

  private static void assertRefused(String words, List<Double> contrasts, double from, double to) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new DefectDesign(List.of(DefectKind.SPOT), contrasts, from, to, 5, 2, 0))
            .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void whatMakesNoCurveIsRefused() {
    assertRefused("at least two sizes", List.of(0.2), 9, 9);
    assertRefused("at least 1 pixel", List.of(0.2), 0.2, 9);
    assertRefused("contrast must be above 0", List.of(0.0), 2, 9);
    assertRefused("contrast must be above 0", List.of(1.5), 2, 9);
    assertRefused("at least one kind and one contrast", List.of(), 2, 9);
  }
}
