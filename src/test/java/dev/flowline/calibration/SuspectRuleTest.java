package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.random.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuspectRuleTest {
  /** Statistics of good images: distances beyond the median are exponential, as of most models. */
  private static List<Double> good(int images, SplitMix64 random) {
    List<Double> statistics = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      double log10 = Math.log10(random.between(1e-12, 1));
      statistics.add(0.3 + 0.8 * log10);
    }
    return statistics;
  }

  private static List<Suspect> suspects(List<Double> statistics) {
    return SuspectRule.UNKNOWN.among(SuspectRule.assessed(statistics));
  }

  /**
   * The claim of the expectation: of good images alone, few are suspects, whatever their number.
   */
  @Test
  void goodImagesAreSeldomSuspects() {
    for (int images : new int[] {20, 60, 300}) {
      SplitMix64 random = new SplitMix64(images);
      int draws = 400;
      int suspects = 0;
      for (int draw = 0; draw < draws; draw++) {
        suspects += suspects(good(images, random)).size();
      }
      double mean = suspects / (double) draws;
      assertTrue(
          mean < 1.3 * SuspectRule.FEWEST_EXPECTED, images + " images: " + mean + " suspects");
      assertTrue(mean > 0.3 * SuspectRule.FEWEST_EXPECTED, images + " images: " + mean);
    }
  }

  /** One in ten is defective, and far off: they do not hide one another. */
  @Test
  void defectiveImagesAreFoundThoughTheyAreMany() {
    SplitMix64 random = new SplitMix64(3);
    for (int defective : new int[] {1, 10, 15}) {
      List<Double> statistics = good(100 - defective, random);
      for (int i = 0; i < defective; i++) {
        statistics.add(-6 - i / 10.0);
      }
      List<Integer> found = suspects(statistics).stream().map(Suspect::image).sorted().toList();
      assertTrue(
          found.containsAll(IntStream.range(100 - defective, 100).boxed().toList()),
          defective + ": " + found);
      assertTrue(found.size() <= defective + 2, found.toString());
    }
  }

  @Test
  void aContaminationSaysHowMany() {
    List<Double> statistics = good(50, new SplitMix64(8));
    List<Suspect> assessed = SuspectRule.assessed(statistics);
    for (double share : new double[] {0, 0.1, 0.33, 0.49}) {
      List<Suspect> found = new SuspectRule(share).among(assessed);
      assertEquals(Math.round(50 * share), found.size());
      for (Suspect suspect : found) {
        assertEquals(statistics.get(suspect.image()), suspect.minLog10Nfa());
      }
      double last = found.isEmpty() ? -99 : found.get(found.size() - 1).minLog10Nfa();
      assertEquals(found.size(), statistics.stream().filter(s -> s <= last).count());
    }
    assertThrows(IllegalArgumentException.class, () -> new SuspectRule(0.5));
    assertThrows(IllegalArgumentException.class, () -> new SuspectRule(-0.1));
    assertThrows(IllegalArgumentException.class, () -> new SuspectRule(Double.NaN));
  }

  @Test
  void aPValueIsTheShareThatIsAsStrange() {
    List<Suspect> assessed = SuspectRule.assessed(List.of(0.5, -3.0, 0.5, -1.0));
    assertEquals(List.of(1, 3, 0, 2), assessed.stream().map(Suspect::image).toList());
    assertEquals(List.of(0.25, 0.5, 1.0, 1.0), assessed.stream().map(Suspect::pValue).toList());
  }

  /** No scale can be estimated of these: none stands out, and nothing is divided by zero. */
  @Test
  void imagesOfOneStatisticAreNoSuspects() {
    assertEquals(List.of(), suspects(List.of(-2.0, -2.0, -2.0, -2.0)));
    assertEquals(List.of(), suspects(List.of(-2.0)));
  }
}
