package dev.flowline.train;

import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.model.PublishedRecipe.Rate;
import java.util.Objects;

/**
 * How a model is trained.
 *
 * @param epochs passes over the training images
 * @param batchSize images per step; the last batch of an epoch may be smaller
 * @param adam the optimiser; its weight decay is on everything that is trained
 * @param rate the learning rate over time
 * @param gradientClip largest norm of all gradients together; null for no bound
 * @param seed of the order of images
 * @param checkpointEvery epochs between checkpoints
 * @param patience epochs without a better validation NLL before stopping early; 0 for never
 * @param augment shifted copies of each image that the model learns from beside it; 0 for none
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    Adam adam,
    Rate rate,
    Double gradientClip,
    long seed,
    int checkpointEvery,
    int patience,
    int augment) {
  /** The usual weight decay. */
  public static final double WEIGHT_DECAY = 1e-5;

  /** The most copies of an image. */
  public static final int MOST_COPIES = 100;

  /** Makes a training without copies of images. */
  public TrainingConfig(
      int epochs,
      int batchSize,
      Adam adam,
      Rate rate,
      Double gradientClip,
      long seed,
      int checkpointEvery,
      int patience) {
    this(epochs, batchSize, adam, rate, gradientClip, seed, checkpointEvery, patience, 0);
  }

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
    boolean copies = augment >= 0 && augment <= MOST_COPIES;
    require(copies, "augment", "0 to " + MOST_COPIES, augment);
  }

  /**
   * The usual training: Adam with its usual moments and {@link #WEIGHT_DECAY}, a constant learning
   * rate, gradients without a bound, a checkpoint after each epoch, and no early stop.
   */
  public static TrainingConfig of(int epochs, int batchSize, double learningRate, long seed) {
    Adam adam = new Adam(learningRate, WEIGHT_DECAY);
    return new TrainingConfig(epochs, batchSize, adam, Rate.CONSTANT, null, seed, 1, 0);
  }

  /**
   * The configuration for a method that is fitted: only the seed, by which images are held out,
   * matters.
   */
  public static TrainingConfig fitted(long seed) {
    return of(1, 1, 1e-3, seed);
  }

  /** This training with another number of passes over the images. */
  public TrainingConfig withEpochs(int other) {
    return new TrainingConfig(
        other, batchSize, adam, rate, gradientClip, seed, checkpointEvery, patience, augment);
  }

  /** This training with another optimiser. */
  public TrainingConfig withAdam(Adam other) {
    return new TrainingConfig(
        epochs, batchSize, other, rate, gradientClip, seed, checkpointEvery, patience, augment);
  }

  /** This training with another weight decay. */
  public TrainingConfig withWeightDecay(double decay) {
    return withAdam(adam.withWeightDecay(decay));
  }

  /** This training with another learning rate over time. */
  public TrainingConfig withSchedule(Schedule schedule) {
    return new TrainingConfig(
        epochs,
        batchSize,
        adam,
        schedule.rate(),
        gradientClip,
        seed,
        checkpointEvery,
        patience,
        augment);
  }

  /** This training with so many epochs between checkpoints. */
  public TrainingConfig withCheckpointEvery(int other) {
    return new TrainingConfig(
        epochs, batchSize, adam, rate, gradientClip, seed, other, patience, augment);
  }

  /** This training, stopped after so many epochs without a better validation NLL; 0 for never. */
  public TrainingConfig withPatience(int other) {
    return new TrainingConfig(
        epochs, batchSize, adam, rate, gradientClip, seed, checkpointEvery, other, augment);
  }

  /** This training with so many shifted copies of each image; 0 for none. */
  public TrainingConfig withAugment(int copies) {
    return new TrainingConfig(
        epochs, batchSize, adam, rate, gradientClip, seed, checkpointEvery, patience, copies);
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
