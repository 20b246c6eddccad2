package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.engine.EngineInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LotTest {
  /** −19, −18, … −1: the threshold of 10 % is −18, and p-values are k/20. */
  private static final Calibration CALIBRATION =
      Calibration.of(
          IntStream.rangeClosed(1, 19).mapToObj(i -> new CalibrationImage(-i, null, null)).toList(),
          new FalseAlarmRate(0.1, null));

  private static final Optional<Calibration> OWN = Optional.of(CALIBRATION);

  private static Inspection part(Verdict verdict, double log10Nfa, Double pValue) {
    return new Inspection(
        UUID.randomUUID(),
        null,
        Instant.EPOCH,
        verdict,
        verdict == Verdict.UNDECIDED ? UndecidedReason.REVIEW_RATE : null,
        null,
        new Statistic(Statistic.LOG10_NFA, log10Nfa, CALIBRATION.log10Epsilon()),
        pValue,
        0.5,
        List.of(),
        null,
        null,
        new StageTimings(0, 0, 0, 0, 0),
        null,
        null,
        null,
        new EngineInfo("libtorch", "2.10.0"),
        false,
        Set.of());
  }

  private static Lot with(Lot lot, int parts, double log10Nfa) {
    boolean defect = log10Nfa < CALIBRATION.log10Epsilon();
    Inspection part =
        part(defect ? Verdict.DEFECT : Verdict.GOOD, log10Nfa, CALIBRATION.pValue(log10Nfa));
    Lot more = lot;
    for (int i = 0; i < parts; i++) {
      more = more.with(part);
    }
    return more;
  }

  @Test
  void countsItsParts() {
    Lot none = Lot.empty(OWN, OWN);
    Lot lot = with(with(none, 6, -30), 14, -1).with(part(Verdict.NOT_INSPECTED, 9, null));
    assertEquals(List.of(20, 6, 1), List.of(lot.parts(), lot.rejected(), lot.notInspected()));
    assertEquals(List.of(0, 0), List.of(none.parts(), none.notInspected()), "it is immutable");
    LotStatement.FalseRejects rejects = lot.falseRejects().orElseThrow();
    assertEquals(0.1, rejects.guaranteed());
    assertEquals(2, rejects.atMost(), 1e-12);
    assertTrue(Lot.empty(OWN, Optional.empty()).falseRejects().isEmpty(), "set by hand");
  }

  /** An undecided good part is no reject, but one that the threshold could have rejected. */
  @Test
  void undecidedPartsAreCountedApart() {
    Lot lot = with(with(Lot.empty(OWN, OWN), 2, -30), 5, -1);
    lot = lot.with(part(Verdict.UNDECIDED, -18, CALIBRATION.pValue(-18)));
    assertEquals(
        List.of(8, 2, 1, 0),
        List.of(lot.parts(), lot.rejected(), lot.undecided(), lot.notInspected()));
    assertEquals(0.8, lot.falseRejects().orElseThrow().atMost(), 1e-12);
    assertEquals(1, lot.statement(null).undecided());
    assertEquals(3, lot.discoveries(0.5).parts(), "two at 1/20, and the undecided one at 3/20");
  }

  /** 0.25 · 6/20 is 1.5/20: the six at 1/20 stand out, the one at 3/20 does not. */
  @Test
  void namesThePartsThatStandOut() {
    Lot lot = with(with(with(Lot.empty(OWN, OWN), 6, -30), 1, -17.5), 13, -1);
    LotStatement.Discoveries found = lot.discoveries(0.25);
    assertEquals(new LotStatement.Discoveries(0.25, 6, 0.05, 1.5, 0.05, 6, 4, false), found);
    LotStatement.Discoveries none = lot.discoveries(0.1);
    assertEquals(new LotStatement.Discoveries(0.1, 0, null, 0, 0.05, 6, 10, false), none);
    Calibration taken = CALIBRATION.crossFitted(new CrossFitting(3));
    Lot expected = with(Lot.empty(Optional.of(taken), Optional.of(taken)), 6, -20);
    assertTrue(expected.discoveries(0.25).expected());
    LotStatement statement = lot.statement(0.25);
    assertEquals(found, statement.discoveries());
    assertEquals(LotReview.showing(6, 0.75), statement.review());
    assertEquals(LotReview.showing(6, 0.9), lot.statement(null).review());
    assertEquals(null, lot.statement(null).discoveries());
    assertEquals(null, with(Lot.empty(OWN, OWN), 3, -1).statement(0.1).review(), "no reject");
  }

  @Test
  void refusesWhatItCannotKnow() {
    Lot lot = Lot.empty(OWN, OWN);
    for (Double wrong : new Double[] {null, 0.06, 1e-9}) {
      Inspection part = part(Verdict.GOOD, -1, wrong);
      assertThrows(IllegalArgumentException.class, () -> lot.with(part), "" + wrong);
    }
    Lot without = Lot.empty(Optional.empty(), Optional.empty());
    assertThrows(IllegalArgumentException.class, () -> without.with(part(Verdict.GOOD, -1, 0.5)));
    assertEquals(1, without.with(part(Verdict.DEFECT, -1, null)).rejected());
    assertThrows(IllegalStateException.class, () -> without.discoveries(0.1));
    assertThrows(IllegalArgumentException.class, () -> lot.discoveries(1));
  }
}
