package dev.flowline.data.synthetic;

/** A kind of defect. */
public enum Defect {
  /** A long thin line, bright with a dark burr. */
  SCRATCH("scratch") {
    @Override
    void apply(Scene scene, Dice dice) {
      Lines.scratch(scene, dice);
    }
  },
  /** A brownish blot with a darker rim. */
  STAIN("stain") {
    @Override
    void apply(Scene scene, Dice dice) {
      Spots.stain(scene, dice);
    }
  },
  /** A hollow: one flank in the light, one in the shade. */
  DENT("dent") {
    @Override
    void apply(Scene scene, Dice dice) {
      Spots.dent(scene, dice);
    }
  },
  /** A dark ragged line with a branch. */
  CRACK("crack") {
    @Override
    void apply(Scene scene, Dice dice) {
      Lines.crack(scene, dice);
    }
  },
  /** Metal torn out of the rim of a hole. */
  BREAKOUT("breakout") {
    @Override
    void apply(Scene scene, Dice dice) {
      Spots.breakout(scene, dice);
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

  abstract void apply(Scene scene, Dice dice);
}
