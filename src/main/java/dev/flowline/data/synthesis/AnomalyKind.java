package dev.flowline.data.synthesis;

import java.util.Locale;

/** The shape that a made-up anomaly has. */
public enum AnomalyKind {
  /** Blotches: where Perlin noise is high (Zavrtanik et al., DRAEM, ICCV 2021). */
  PERLIN,
  /** Upright boxes (Li et al., CutPaste, CVPR 2021). */
  CUT_PASTE,
  /** Long thin boxes, turned (ibid.). */
  SCAR;

  /** The name on the command line and of its folder. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
