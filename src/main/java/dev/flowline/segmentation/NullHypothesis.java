package dev.flowline.segmentation;

/** What regions of good images are supposed to be like. */
public enum NullHypothesis {
  /**
   * Latents are white noise: energies are chi-square and independent (U-Flow, section 3.4). By it a
   * model is judged that has seen no good images but those it was trained on.
   */
  CHI_SQUARE,
  /** As those of good images that the flow was not trained on: {@link RegionLaw}. */
  CALIBRATED
}
