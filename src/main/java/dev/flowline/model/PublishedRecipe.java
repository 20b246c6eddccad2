package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How the authors of a method trained it.
 *
 * @param gradientClip largest norm of all gradients together; null for no bound
 * @param batchSize images by step
 * @param epochs passes over the training images
 * @param positionsByStep random positions by step, where positions are the samples; null where
 *     images are
 * @param trainingRotations random rotations of each image by step, 1 for the image as it is;
 *     nothing else is augmented
 * @param testRotations rotations of an image whose mean is its score, 1 for the image as it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PublishedRecipe(
    Adam adam,
    Rate rate,
    Double gradientClip,
    int batchSize,
    int epochs,
    Integer positionsByStep,
    int trainingRotations,
    int testRotations) {

  /** Of images as they are, without a bound of the gradient. */
  PublishedRecipe(Adam adam, Rate rate, int batchSize, int epochs) {
    this(adam, rate, null, batchSize, epochs, null, 1, 1);
  }

  /**
   * The optimiser (Kingma and Ba 2015).
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon in the denominator of the step
   * @param weightDecay L2
   */
  public record Adam(
      double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
    /** With the moments' usual decays. */
    Adam(double learningRate, double weightDecay) {
      this(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }
  }

  /**
   * The learning rate over time, as shares of the initial one.
   *
   * @param warmUpEpochs over which it rises linearly to 1; 0 for none
   * @param from what the warm-up begins with
   * @param decay how it falls after that
   * @param to its last value
   */
  public record Rate(int warmUpEpochs, double from, Decay decay, double to) {
    static final Rate CONSTANT = new Rate(0, 1, Decay.NONE, 1);
  }

  /** How a learning rate falls. */
  public enum Decay {
    NONE,
    LINEAR,
    COSINE
  }
}
