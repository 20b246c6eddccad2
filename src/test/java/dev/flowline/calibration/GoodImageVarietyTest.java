package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoodImageVarietyTest {
  private static final InputStatistics BLACK = image(0, 0);
  private static final InputStatistics GREY = image(0.5, 0);

  private static InputStatistics image(double brightness, double contrast) {
    return new InputStatistics(brightness, contrast, 0, List.of(brightness), null);
  }

  private static void refused(String words, List<InputStatistics> images) {
    var e =
        assertThrows(
            IOException.class, () -> GoodImageVariety.of(images).requireSomeVariety(), words);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void imagesThatTeachNothingAreRefused() {
    refused("all 30 good images are black", Collections.nCopies(30, BLACK));
    refused("all 2 good images are of a single colour each", List.of(BLACK, GREY));
    refused("all 1 good image", List.of(GREY));
    refused("all 30 good images are identical", Collections.nCopies(30, image(0.4, 0.1)));
  }

  @Test
  void someOfThemAreAWarning() throws IOException {
    GoodImageVariety some =
        GoodImageVariety.of(
            List.of(BLACK, BLACK, GREY, image(0.4, 0.1), image(0.4, 0.1), image(0.4, 0.2)));
    some.requireSomeVariety();
    assertEquals(new GoodImageVariety(6, 3, 2, 4), some);
    assertEquals(2, some.warnings().size());
    assertTrue(
        some.warnings().get(0).contains("3 of 6 good images show no part (2 black, 1 of another"),
        some.warnings().toString());
    assertTrue(
        some.warnings().get(1).contains("only 4 of 6 good images differ"),
        some.warnings().toString());
  }

  @Test
  void differentPartsAreFine() throws IOException {
    for (List<InputStatistics> images :
        List.of(
            List.<InputStatistics>of(),
            List.of(image(0.4, 0.1)),
            List.of(image(0.4, 0.1), image(0.41, 0.1)))) {
      GoodImageVariety variety = GoodImageVariety.of(images);
      variety.requireSomeVariety();
      assertEquals(List.of(), variety.warnings());
    }
  }
}
