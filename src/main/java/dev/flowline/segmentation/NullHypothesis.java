package dev.flowline.segmentation;

/** The null hypothesis: what regions of good images are assumed to be like. */
public enum NullHypothesis {
  /**
   * The hypothesis that latents are white noise: energies are chi-square and independent (U-Flow,
   * section 3.4). It needs no good images but those that the model was trained on.
   */
  CHI_SQUARE,
  /** The hypothesis that regions follow a {@link RegionLaw}, measured on good images held out. */
  CALIBRATED
}
