package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * How the authors of a method trained it.
 *
 * @param gradientClip largest norm of all gradients together; null for no bound
 * @param batchSize images per step
 * @param epochs passes over the training images
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PublishedRecipe(
    Adam adam, Rate rate, Double gradientClip, int batchSize, int epochs) {

  /** The recipe without a bound of the gradient. */
  public PublishedRecipe(Adam adam, Rate rate, int batchSize, int epochs) {
    this(adam, rate, null, batchSize, epochs);
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
    /** Adam with the moments' usual decays. */
    public Adam(double learningRate, double weightDecay) {
      this(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }

    /** This optimiser with another learning rate. */
    public Adam withLearningRate(double rate) {
      return new Adam(rate, beta1, beta2, epsilon, weightDecay);
    }

    /** This optimiser with another weight decay. */
    public Adam withWeightDecay(double decay) {
      return new Adam(learningRate, beta1, beta2, epsilon, decay);
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
    public static final Rate CONSTANT = new Rate(0, 1, Decay.NONE, 1);

    public Rate {
      Objects.requireNonNull(decay, "decay");
    }

    /**
     * The share of the initial rate at a step.
     *
     * @param iteration counted from 0
     * @param byEpoch iterations in an epoch
     * @param epochs planned
     */
    public double at(long iteration, long byEpoch, int epochs) {
      long warmUp = warmUpEpochs * byEpoch;
      if (iteration < warmUp) {
        return from + (1 - from) * iteration / warmUp;
      }
      long falling = Math.max(1, epochs * byEpoch - warmUp);
      double done = Math.min(1, (iteration - warmUp) / (double) falling);
      return switch (decay) {
        case NONE -> 1;
        case LINEAR -> 1 + (to - 1) * done;
        case COSINE -> to + (1 - to) * (1 + Math.cos(Math.PI * done)) / 2;
      };
    }

    /** Whether the rates depend on how many epochs are planned. */
    public boolean dependsOnEpochs() {
      return decay != Decay.NONE;
    }
  }

  /** How a learning rate falls. */
  public enum Decay {
    NONE,
    LINEAR,
    COSINE
  }
}
