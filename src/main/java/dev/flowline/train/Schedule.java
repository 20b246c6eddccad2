package dev.flowline.train;

/** The learning rate over the course of a training. */
public enum Schedule {
  /** The same throughout: what the released program amounts to. */
  CONSTANT {
    @Override
    public double rate(double initial, long iteration, long total) {
      return initial;
    }
  },
  /** From 1 to 0.4 of the initial rate over all iterations: what its authors intended. */
  LINEAR {
    @Override
    public double rate(double initial, long iteration, long total) {
      return initial * (1 + (LAST - 1) * Math.min(iteration, total) / total);
    }
  };

  private static final double LAST = 0.4;

  /**
   * @param iteration counted from 0
   * @param total number of iterations planned
   */
  public abstract double rate(double initial, long iteration, long total);
}
