package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;
import java.util.List;

/** The products of the demo's line. */
public enum Product {
  /** A texture: sheet steel, brushed along one direction. */
  STEEL("steel", List.of(Defect.SCRATCH, Defect.STAIN, Defect.DENT)) {
    @Override
    Scene paint(int size, SplitMix64 random) {
      return BrushedSteel.paint(size, random);
    }
  },
  /** An object: a turned flange with six holes, on a conveyor belt. */
  FLANGE("flange", List.of(Defect.CRACK, Defect.BREAKOUT, Defect.STAIN)) {
    @Override
    Scene paint(int size, SplitMix64 random) {
      return Flange.paint(size, random);
    }
  };

  private final String label;
  private final List<Defect> defects;

  Product(String label, List<Defect> defects) {
    this.label = label;
    this.defects = defects;
  }

  /** The name of its category. */
  public String label() {
    return label;
  }

  /** The kinds of defect that it can have. */
  public List<Defect> defects() {
    return defects;
  }

  abstract Scene paint(int size, SplitMix64 random);
}
