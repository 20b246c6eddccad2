package dev.flowline.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Verdict;
import dev.flowline.segmentation.Region;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as the same answer, and what does not. */
class PathResultTest {
  private static final double EPSILON = -2;
  private static final GoldenAnswer DEFECT = answer(Verdict.DEFECT, -9, List.of(box(10, -9)), 0.5f);

  private static Region box(int x, double log10Nfa) {
    return new Region(x, 4, 6, 5, 30, x + 2.5, 6, x, 4, log10Nfa);
  }

  private static GoldenAnswer answer(
      Verdict verdict, double log10Nfa, List<Region> regions, float level) {
    return new GoldenAnswer(
        verdict, log10Nfa, level, regions, List.of(1.0, 2000.0), 1, 2, new float[] {0, level});
  }

  private static PathResult compare(GoldenAnswer expected, GoldenAnswer actual) {
    return compare(List.of(expected), List.of(actual));
  }

  /** Images have twice the height and width of the map. */
  private static PathResult compare(List<GoldenAnswer> expected, List<GoldenAnswer> actual) {
    Image image = Image.of8(16, 32, 1, new byte[16 * 32]);
    List<String> names = List.of("a.png", "b.png", "c.png", "d.png").subList(0, expected.size());
    List<ExpectedAnswer> named =
        ExpectedAnswer.ofGolden(names, Collections.nCopies(expected.size(), image), expected);
    return PathResult.of("p", named, actual, Preprocessing.imageNet(8, 16), List.of(EPSILON));
  }

  @Test
  void theSameAnswerPasses() {
    PathResult same = compare(DEFECT, DEFECT);
    assertEquals(new PathResult("p", 1, 0, 0, 0, 0.0, 0.0, 0.0, List.of()), same);
    assertTrue(same.passed());
  }

  /** The C library does not report latent statistics. */
  @Test
  void statisticsThatAPathDoesNotReportAreNotCompared() {
    GoldenAnswer without =
        new GoldenAnswer(
            DEFECT.verdict(),
            DEFECT.log10Nfa(),
            DEFECT.anomalyScore(),
            DEFECT.regions(),
            List.of(),
            DEFECT.mapRows(),
            DEFECT.mapColumns(),
            DEFECT.map());
    assertEquals(
        new PathResult("p", 1, 0, 0, 0, 0.0, 0.0, null, List.of()), compare(DEFECT, without));
  }

  @Test
  void anotherVerdictFails() {
    PathResult other = compare(DEFECT, answer(Verdict.GOOD, -1.9, List.of(), 0.5f));
    assertEquals(1, other.verdictsThatDiffer());
    assertFalse(other.passed());
  }

  /** What differs is said, with the golden image that differs most. */
  @Test
  void faultsNameTheGoldenImage() {
    GoldenAnswer good = answer(Verdict.GOOD, -1, List.of(), 0.5f);
    GoldenAnswer other = answer(Verdict.GOOD, -1.003, List.of(), 0.50012f);
    GoldenAnswer further = answer(Verdict.DEFECT, -9.02, List.of(box(40, -9)), 0.5002f);
    PathResult result =
        compare(List.of(DEFECT, good, DEFECT, good), List.of(DEFECT, other, further, DEFECT));
    assertEquals(
        List.of(
            "golden image c.png has other regions",
            "golden image d.png is DEFECT, and GOOD by the model",
            "the anomaly map of golden image c.png differs by 2.00e-04, more than 1e-04",
            "log10NFA of golden image d.png differs by 8.00e+00, more than 1e-03"),
        result.faults());
    var verification =
        new Verification(List.of(compare(DEFECT, DEFECT), result), List.of(), List.of());
    assertEquals(Optional.of("p: golden image c.png has other regions"), verification.fault());
    assertFalse(verification.passed());
  }

  /**
   * A path that cannot judge has no differences to show, and no verdict or region that is equal.
   */
  @Test
  void aPathThatCannotJudgeHasNoNumbers() {
    PathResult failed = PathResult.failed("p", 3, "latents are not finite");
    assertFalse(failed.hasJudged());
    assertFalse(failed.passed());
    assertEquals(3, failed.regionsThatDiffer());
    assertEquals(null, failed.largestMapDifference());
    assertTrue(compare(DEFECT, DEFECT).hasJudged());
  }

  /** An answer that is equal does not make up for another input. */
  @Test
  void moreFaultsComeFirst() {
    PathResult result = compare(DEFECT, answer(Verdict.GOOD, -1.9, List.of(), 0.5f));
    PathResult more = result.withFaults(List.of("a is preprocessed otherwise"));
    assertEquals("a is preprocessed otherwise", more.faults().get(0));
    assertEquals(result.faults(), more.faults().subList(1, more.faults().size()));
    assertEquals(1, more.verdictsThatDiffer());
    assertFalse(compare(DEFECT, DEFECT).withFaults(List.of("a")).passed());
  }

  /** Rounding may take a number over the threshold; it is counted, and fails nothing. */
  @Test
  void anotherVerdictNearTheThresholdIsCountedOnly() {
    GoldenAnswer below = answer(Verdict.DEFECT, -2.0004, List.of(box(10, -2.0004)), 0.5f);
    PathResult other = compare(below, answer(Verdict.GOOD, -1.9996, List.of(), 0.5f));
    assertEquals(0, other.verdictsThatDiffer());
    assertEquals(1, other.nearThreshold());
    assertTrue(other.passed());
  }

  @Test
  void regionsMayMoveByOnePixelOfTheMap() {
    List<Region> moved = List.of(box(12, -9));
    assertTrue(compare(DEFECT, answer(Verdict.DEFECT, -9, moved, 0.5f)).passed());
    PathResult further = compare(DEFECT, answer(Verdict.DEFECT, -9, List.of(box(13, -9)), 0.5f));
    assertEquals(1, further.regionsThatDiffer());
    assertFalse(further.passed());
  }

  @Test
  void oneMoreRegionFailsUnlessItBarelyIsOne() {
    List<Region> two = List.of(box(10, -9), box(40, -5));
    PathResult more = compare(DEFECT, answer(Verdict.DEFECT, -9, two, 0.5f));
    assertEquals(1, more.regionsThatDiffer());
    List<Region> barely = List.of(box(10, -9), box(40, -2.0001));
    assertTrue(compare(DEFECT, answer(Verdict.DEFECT, -9, barely, 0.5f)).passed());
  }

  @Test
  void numbersBeyondTheirToleranceFail() {
    List<Region> regions = DEFECT.regions();
    assertTrue(compare(DEFECT, answer(Verdict.DEFECT, -9.008, regions, 0.50009f)).passed());
    assertFalse(compare(DEFECT, answer(Verdict.DEFECT, -9.01, regions, 0.5f)).passed());
    assertFalse(compare(DEFECT, answer(Verdict.DEFECT, -9, regions, 0.50011f)).passed());
    assertFalse(compare(DEFECT, answer(Verdict.DEFECT, Double.NaN, regions, 0.5f)).passed());
    PathResult latents =
        compare(
            DEFECT,
            new GoldenAnswer(
                Verdict.DEFECT,
                -9,
                0.5,
                regions,
                List.of(1.0, 2003.0),
                1,
                2,
                new float[] {0, 0.5f}));
    assertEquals(1.5e-3, latents.largestLatentDifference(), 1e-9);
    assertFalse(latents.passed());
  }
}
