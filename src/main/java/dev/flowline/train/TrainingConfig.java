package dev.flowline.train;

/**
 * How to train.
 *
 * @param epochs passes over the training images
 * @param batchSize images by step; the last batch of an epoch may be smaller
 * @param learningRate of Adam, initially
 * @param weightDecay L2, on everything that is trained
 * @param seed of the order of images
 * @param checkpointEvery epochs between checkpoints
 * @param patience epochs without a better validation NLL before stopping early; 0 for never
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    double learningRate,
    double weightDecay,
    Schedule schedule,
    long seed,
    int checkpointEvery,
    int patience) {
  public static final double WEIGHT_DECAY = 1e-5;

  public TrainingConfig {
    require(epochs >= 1, "epochs", "at least 1", epochs);
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(learningRate > 0 && learningRate < 1, "learningRate", "in (0, 1)", learningRate);
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay", "in [0, 1)", weightDecay);
    require(checkpointEvery >= 1, "checkpointEvery", "at least 1", checkpointEvery);
    require(patience >= 0, "patience", "at least 0", patience);
  }

  private static void require(boolean holds, String name, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + bound + ", got " + value);
    }
  }
}
