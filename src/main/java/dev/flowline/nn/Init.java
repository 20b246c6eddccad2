package dev.flowline.nn;

/** The way a parameter comes into being. What is {@link #trainable()} gets gradients. */
public sealed interface Init {
  /** Read from a file of pretrained weights, or fitted once to the training images; then frozen. */
  Init FROZEN = new Frozen();

  /** The bytes of a file, as it is; frozen. */
  Init BYTES = new Bytes();

  /** A random permutation of 0 … n−1 as int64, drawn once; frozen. */
  Init PERMUTATION = new Permutation();

  /** A random orthogonal matrix, uniformly distributed, drawn once; frozen. */
  Init ORTHOGONAL = new Orthogonal();

  /**
   * A statistic that training takes of the data, no gradient involved; at first every element the
   * same.
   */
  static Init statistic(double initial) {
    return new RunningStatistic(initial);
  }

  /** Every element the same. */
  static Init constant(double value) {
    return new Constant(value);
  }

  /**
   * Uniform on ±1/√fanIn: the default of convolutions and linear layers in PyTorch, for weight and
   * bias alike.
   */
  static Init fanIn(long fanIn) {
    return new Uniform(1 / Math.sqrt(fanIn));
  }

  /** Returns whether the optimiser learns the parameter. */
  default boolean trainable() {
    return this instanceof Constant || this instanceof Uniform;
  }

  /**
   * Returns whether training changes the parameter: by gradients, or as a statistic of the data.
   */
  default boolean learned() {
    return trainable() || this instanceof RunningStatistic;
  }

  /** Returns whether its values come from a file or a fit and cannot be drawn. */
  default boolean mustBeGiven() {
    return this instanceof Frozen || this instanceof Bytes;
  }

  record Frozen() implements Init {}

  record Bytes() implements Init {}

  record Permutation() implements Init {}

  record Orthogonal() implements Init {}

  record RunningStatistic(double initial) implements Init {}

  record Constant(double value) implements Init {}

  record Uniform(double bound) implements Init {}
}
