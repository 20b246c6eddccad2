package dev.flowline.eval;

import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;

/** The combinations of a null and a count that there are. */
enum NullRule {
  PUBLISHED("chi-square, published count", "first", PfaBound.CHERNOFF, NumberOfTests.PUBLISHED),
  BY_SIZE("chi-square, by size", "second", PfaBound.CHERNOFF, NumberOfTests.BY_SIZE),
  EXACT("chi-square, exact tail, by size", "third", PfaBound.EXACT, NumberOfTests.BY_SIZE),
  CALIBRATED("law of regions, by class", "fourth", PfaBound.CHERNOFF, NumberOfTests.BY_SIZE);

  final String title;
  final String css;
  private final PfaBound bound;
  private final NumberOfTests count;

  NullRule(String title, String css, PfaBound bound, NumberOfTests count) {
    this.title = title;
    this.css = css;
    this.bound = bound;
    this.count = count;
  }

  /**
   * @param law of the model; null where it has none, and then {@link #CALIBRATED} is not there
   */
  SegmentationOptions options(RegionLaw law) {
    SegmentationOptions chiSquare = new SegmentationOptions(bound, count, 0);
    return this == CALIBRATED ? chiSquare.withLaw(law) : chiSquare;
  }
}
