package dev.flowline.segmentation.truth;

/** What is compared with a threshold: a number of an image, small where it is strange. */
enum Statistic {
  /** Smallest log10 NFA by the paper: Chernoff's bound, its number of tests. */
  PUBLISHED("chi-square, published"),
  /** The same, tests counted by a region's size. */
  BY_SIZE("chi-square, by size"),
  /** The tail itself, tests counted by a region's size. */
  EXACT("chi-square exact, by size"),
  /** Smallest log10 NFA by the region law of good images. */
  CALIBRATED("calibrated"),
  /** Minus the largest value of the joint anomaly map: no region test at all. */
  LARGEST("largest of anomaly map");

  final String label;

  Statistic(String label) {
    this.label = label;
  }
}
