package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.line.Inspector;
import dev.flowline.line.Lot;
import dev.flowline.line.LotStatement;
import java.io.PrintWriter;

/**
 * The tally of the lot that {@code inspect} gets: it counts every line, and ends in a statement.
 */
final class LotTally {
  private final Double falseDiscoveryRate; // null for none
  private Lot lot;
  private int lines;
  private int notRead;

  private LotTally(Lot lot, Double falseDiscoveryRate) {
    this.lot = lot;
    this.falseDiscoveryRate = falseDiscoveryRate;
  }

  /**
   * Returns the tally of a lot without parts, and notes on {@code err} if they will have no
   * p-values.
   *
   * @param falseDiscoveryRate null for none
   * @throws IllegalArgumentException if there is one, and parts will have no p-values
   */
  static LotTally of(Inspector inspector, Double falseDiscoveryRate, PrintWriter err) {
    if (inspector.pValues().isEmpty()) {
      String why = "no p-values, because " + whyNone(inspector.model().config().calibration());
      if (falseDiscoveryRate != null) {
        throw new IllegalArgumentException("--false-discovery-rate: there are " + why);
      }
      err.println("note: " + why);
    } else if (falseDiscoveryRate != null && inspector.pValues().get().mix() != null) {
      throw new IllegalArgumentException(
          "--false-discovery-rate: the p-values are weighted for a mix, by which no procedure here keeps such a rate: 'flowline calibrate' without --mix");
    }
    return new LotTally(Lot.of(inspector), falseDiscoveryRate);
  }

  private static String whyNone(Calibration own) {
    if (own == null) {
      return "the model's threshold was set by hand: 'flowline calibrate' sets it with good images";
    }
    return own.knowsPValues()
        ? "the model was calibrated for another test: leave out the options of the test"
        : "an older Flowline calibrated the model and kept one number only: 'flowline calibrate' measures it anew";
  }

  /** Counts a line. */
  void add(InspectedFile line) {
    lines++;
    if (line.inspection() == null) {
      notRead++;
    } else {
      lot = lot.with(line.inspection());
    }
  }

  /**
   * Returns the statement; null for a single image, unless a false-discovery rate was requested.
   */
  LotStatement statement() {
    return lines < 2 && falseDiscoveryRate == null ? null : lot.statement(falseDiscoveryRate);
  }

  /** Prints the statement in words, if there is one. */
  void print(PrintWriter err) {
    LotStatement statement = statement();
    if (statement != null) {
      LotInWords.of(statement, notRead).forEach(line -> err.println("lot: " + line));
    }
  }
}
