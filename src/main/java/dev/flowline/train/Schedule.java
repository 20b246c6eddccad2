package dev.flowline.train;

import dev.flowline.model.PublishedRecipe.Decay;
import dev.flowline.model.PublishedRecipe.Rate;

/** Learning rates over the course of a training, by name. */
public enum Schedule {
  /** The same throughout: what the released U-Flow program amounts to. */
  CONSTANT(Rate.CONSTANT),
  /** A line from 1 to 0.4 of the initial rate over all iterations: what its authors intended. */
  LINEAR(new Rate(0, 1, Decay.LINEAR, 0.4)),
  /** Two epochs of warm-up from a tenth, then along a cosine to a thousandth: CFlow-AD's. */
  COSINE(new Rate(2, 0.1, Decay.COSINE, 1e-3));

  private final Rate rate;

  Schedule(Rate rate) {
    this.rate = rate;
  }

  public Rate rate() {
    return rate;
  }
}
