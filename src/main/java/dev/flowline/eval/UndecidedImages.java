package dev.flowline.eval;

import dev.flowline.line.UndecidedReason;

/**
 * The test images that are UNDECIDED: their log10NFA is within the model's guard band.
 *
 * @param reason why they are
 * @param defectBelow an image with a minLog10Nfa below it is a DEFECT
 * @param goodFrom an image with a minLog10Nfa of at least this is GOOD
 * @param goodImages images without defect that are UNDECIDED
 * @param defectImages images with a defect that are UNDECIDED
 */
public record UndecidedImages(
    UndecidedReason reason, double defectBelow, double goodFrom, int goodImages, int defectImages) {
  /** Returns how many there are. */
  int images() {
    return goodImages + defectImages;
  }
}
