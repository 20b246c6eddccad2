package dev.flowline.train;

import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.model.PublishedRecipe.Rate;
import java.util.Objects;

/**
 * How to train.
 *
 * @param epochs passes over the training images
 * @param batchSize images by step; the last batch of an epoch may be smaller
 * @param adam the optimiser; its weight decay is on everything that is trained
 * @param rate the learning rate over time
 * @param gradientClip largest norm of all gradients together; null for no bound
 * @param seed of the order of images
 * @param checkpointEvery epochs between checkpoints
 * @param patience epochs without a better validation NLL before stopping early; 0 for never
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    Adam adam,
    Rate rate,
    Double gradientClip,
    long seed,
    int checkpointEvery,
    int patience) {
  public static final double WEIGHT_DECAY = 1e-5;

  public TrainingConfig {
    Objects.requireNonNull(rate, "rate");
    require(epochs >= 1, "epochs", "at least 1", epochs);
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    requireBelow1(adam.learningRate() > 0, "learningRate", "(0, 1)", adam.learningRate());
    requireBelow1(adam.beta1() >= 0, "beta1", "[0, 1)", adam.beta1());
    requireBelow1(adam.beta2() >= 0, "beta2", "[0, 1)", adam.beta2());
    requireBelow1(adam.epsilon() > 0, "epsilon", "(0, 1)", adam.epsilon());
    requireBelow1(adam.weightDecay() >= 0, "weightDecay", "[0, 1)", adam.weightDecay());
    boolean bounds = gradientClip == null || gradientClip > 0;
    require(bounds, "gradientClip", "positive", gradientClip);
    require(checkpointEvery >= 1, "checkpointEvery", "at least 1", checkpointEvery);
    require(patience >= 0, "patience", "at least 0", patience);
  }

  /** With Adam's usual moments, and gradients without a bound. */
  public TrainingConfig(
      int epochs,
      int batchSize,
      double learningRate,
      double weightDecay,
      Schedule schedule,
      long seed,
      int checkpointEvery,
      int patience) {
    this(
        epochs,
        batchSize,
        new Adam(learningRate, weightDecay),
        schedule.rate(),
        null,
        seed,
        checkpointEvery,
        patience);
  }

  /**
   * The configuration for a method that is fitted: only the seed, by which images are held out,
   * matters.
   */
  public static TrainingConfig fitted(long seed) {
    return new TrainingConfig(1, 1, 1e-3, 0, Schedule.CONSTANT, seed, 1, 0);
  }

  private static void requireBelow1(boolean holds, String name, String bounds, double value) {
    require(holds && value < 1, name, "in " + bounds, value);
  }

  private static void require(boolean holds, String name, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + bound + ", got " + value);
    }
  }
}
