package dev.flowline.train;

/**
 * What a training makes of a batch of images: one update of the weights or several. {@link Trainer}
 * knows when, this knows how.
 */
interface TrainingStep {
  /**
   * Takes the step, or none if the loss is not finite.
   *
   * @param images their numbers in the training set; an epoch's steps have none in common
   * @param epoch counted from 1
   * @param rate learning rate
   * @return mean negative log-likelihood of the images, in nats, before the step; not finite if the
   *     loss is not
   */
  double take(int[] images, int epoch, double rate);

  /** Whether the epoch only prepares for the whole loss, so that its weights are none to keep. */
  default boolean prepares(int epoch) {
    return false;
  }

  /**
   * Names what the result depends on besides what every training's result depends on, for a
   * checkpoint to be refused by another run; empty for nothing.
   */
  default String dependsOn() {
    return "";
  }
}
