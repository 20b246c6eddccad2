package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.line.LotReview;
import dev.flowline.line.LotStatement;
import java.util.List;
import org.junit.jupiter.api.Test;

class LotInWordsTest {
  private static LotStatement lot(int rejected, LotStatement.Discoveries found) {
    return new LotStatement(
        120,
        rejected,
        0,
        1,
        new LotStatement.FalseRejects(2 / 54.0, null, 120 * 2 / 54.0),
        found,
        rejected == 0 ? null : LotReview.showing(rejected, 0.9));
  }

  private static LotStatement.Discoveries found(int parts, Double largest, int smallest) {
    return new LotStatement.Discoveries(
        0.1, parts, largest, 0.1 * parts, 1 / 54.0, smallest, 23, false);
  }

  private static String discoveries(int rejected, LotStatement.Discoveries found) {
    return LotInWords.of(lot(rejected, found), 0).get(2);
  }

  @Test
  void saysWhatRejectsAreWorth() {
    assertEquals(
        List.of(
            "120 parts, 14 rejected (DEFECT), 1 more not inspected, 2 more not read",
            "the threshold rejects at most 3.7 % of good parts, on average over calibrations: 4.44 of these 120 if all were good, fewer if not",
            "at a false-discovery rate of 10 % 12 of the 14 rejects stand out: p-value at most 0.0185. On average over lots at most 10 % of such a set is good: 1.20 of these 12",
            "look at 11 of the 14 rejects, drawn at random: if all of these are defective, at least 13 of the 14 are (92.9 %), with confidence 95 %"),
        LotInWords.of(lot(14, found(12, 1 / 54.0, 12)), 2));
    assertEquals(
        List.of(
            "1 part, 1 rejected (DEFECT)", "to show whether the reject is defective, look at it"),
        LotInWords.of(new LotStatement(1, 1, 0, 0, null, null, LotReview.showing(1, 0.9)), 0));
    assertEquals(
        "9 parts, 1 rejected (DEFECT), 2 to be looked at (UNDECIDED)",
        LotInWords.of(new LotStatement(9, 1, 2, 0, null, null, null), 0).get(0));
  }

  @Test
  void saysWhichStandOut() {
    String rate = "at a false-discovery rate of 10 % ";
    String end =
        ": p-value at most 0.0185. On average over lots at most 10 % of such a set is good: ";
    assertEquals(
        rate + "all 25 rejects stand out" + end + "2.50 of these 25",
        discoveries(25, found(25, 1 / 54.0, 25)));
    assertEquals(
        rate + "all 25 rejects and 2 parts judged GOOD stand out" + end + "2.70 of these 27",
        discoveries(25, found(27, 1 / 54.0, 27)));
    assertEquals(
        rate + "1 part judged GOOD stands out" + end + "0.10 of these 1",
        discoveries(0, found(1, 1 / 54.0, 1)));
    assertEquals(
        rate + "the reject stands out" + end + "0.10 of these 1",
        discoveries(1, found(1, 1 / 54.0, 1)));
  }

  /** Parts stand out in the order of their statistic, in which UNDECIDED ones come before GOOD. */
  @Test
  void undecidedPartsThatStandOutAreNotJudgedGood() {
    assertEquals("all 25 rejects and 2 parts UNDECIDED stand out", standOut(25, 3, 27));
    assertEquals(
        "the reject, 1 part UNDECIDED and 2 parts judged GOOD stand out", standOut(1, 1, 4));
    assertEquals("1 part UNDECIDED stands out", standOut(0, 5, 1));
  }

  private static String standOut(int rejected, int undecided, int parts) {
    LotStatement lot =
        new LotStatement(120, rejected, undecided, 0, null, found(parts, 1 / 54.0, parts), null);
    return LotInWords.of(lot, 0).get(1).replaceAll(".*10 % (.*): p-value.*", "$1");
  }

  @Test
  void whatIsExpectedIsNoBound() {
    LotStatement.Discoveries found =
        new LotStatement.Discoveries(0.1, 12, 1 / 54.0, 1.2, 1 / 54.0, 12, 23, true);
    assertEquals(
        "at a false-discovery rate of 10 % 12 of the 14 rejects stand out: p-value at most 0.0185. On average over lots about 10 % of such a set is expected to be good: 1.20 of these 12",
        discoveries(14, found));
  }

  @Test
  void saysWhyNoneStandsOut() {
    String none = "at a false-discovery rate of 10 % no part stands out: ";
    assertEquals(none + "none is beyond all calibration images", discoveries(0, found(0, null, 0)));
    assertEquals(
        none
            + "with 53 calibration images no p-value is below 0.0185, and 14 of the 120 parts have it; 23 would be enough, and fewer with more calibration images",
        discoveries(14, found(0, null, 14)));
    assertEquals(
        "at a false-discovery rate of 1 % no part stands out: the rate takes at least 99 calibration images, and the model has 53: 'flowline calibrate' with more",
        discoveries(14, new LotStatement.Discoveries(0.01, 0, null, 0, 1 / 54.0, 14, 223, false)));
  }
}
