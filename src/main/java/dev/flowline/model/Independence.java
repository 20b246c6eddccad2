package dev.flowline.model;

/**
 * How far the latents of good parts are independent standard normal, if a flow fits its features.
 */
public enum Independence {
  /** One bijection of all features. */
  JOINT("one flow over all features: independent if it fits them"),
  /** A bijection for each scale: the scales' features depend on each other, and so do latents. */
  BY_SCALE("a flow for each scale: independent within a scale, not proved so between scales"),
  /** A bijection for each position: neighbouring features overlap, and so latents depend. */
  BY_POSITION("a flow for each position: not proved independent between positions"),
  /** No flow: neither is a normal distribution of the latents claimed nor their independence. */
  NOT_CLAIMED("fitted, without a flow: neither normal nor independent is claimed");

  private final String meaning;

  Independence(String meaning) {
    this.meaning = meaning;
  }

  /** Whether the test's premise holds if the flow fits its features. */
  public boolean proved() {
    return this == JOINT;
  }

  /** Half a sentence for people. */
  public String meaning() {
    return meaning;
  }
}
