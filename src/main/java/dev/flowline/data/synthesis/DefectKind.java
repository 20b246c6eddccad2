package dev.flowline.data.synthesis;

import java.util.Locale;

/**
 * The kind of a made-up defect of known size, see {@link DefectPainter}. Its size is its longest
 * extent, as a caliper measures it.
 */
public enum DefectKind {
  /** A straight line at any angle, an eighth as wide as long and at least a pixel wide. */
  SCRATCH("scratches"),
  /** A disc with a sharp edge. */
  SPOT("spots"),
  /** A smudge: an ellipse whose edge fades; its size is that at half its strength. */
  STAIN("stains"),
  /** A missing or covered patch: a square, turned, of one colour without any texture. */
  MISSING("missing patches"),
  /** A square, turned, that shows another place of the same image. */
  CUT_PASTE("pasted patches");

  private final String plural;

  DefectKind(String plural) {
    this.plural = plural;
  }

  /** Returns the name on the command line and in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what several are called in a sentence. */
  public String plural() {
    return plural;
  }
}
