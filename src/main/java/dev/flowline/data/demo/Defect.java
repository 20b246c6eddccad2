package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;

/** A kind of defect. */
public enum Defect {
  /** A long thin line, bright with a dark burr. */
  SCRATCH("scratch") {
    @Override
    void apply(Scene scene, SplitMix64 random) {
      Lines.scratch(scene, random);
    }
  },
  /** A brownish blot with a darker rim. */
  STAIN("stain") {
    @Override
    void apply(Scene scene, SplitMix64 random) {
      Spots.stain(scene, random);
    }
  },
  /** A hollow: one flank in the light, one in the shade. */
  DENT("dent") {
    @Override
    void apply(Scene scene, SplitMix64 random) {
      Spots.dent(scene, random);
    }
  },
  /** A dark ragged line with a branch. */
  CRACK("crack") {
    @Override
    void apply(Scene scene, SplitMix64 random) {
      Lines.crack(scene, random);
    }
  },
  /** Metal torn out of the rim of a hole. */
  BREAKOUT("breakout") {
    @Override
    void apply(Scene scene, SplitMix64 random) {
      Spots.breakout(scene, random);
    }
  };

  private final String label;

  Defect(String label) {
    this.label = label;
  }

  /** The name of its defect type. */
  public String label() {
    return label;
  }

  abstract void apply(Scene scene, SplitMix64 random);
}
