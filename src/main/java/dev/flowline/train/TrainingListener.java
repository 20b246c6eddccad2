package dev.flowline.train;

/** Hears how a training goes, on the training thread. */
public interface TrainingListener {
  TrainingListener SILENT = new TrainingListener() {};

  /** One image's features are at hand; {@code of} in all. */
  default void featuresReady(int images, int of) {}

  /**
   * @param epoch counted from 1
   * @param step within the epoch, counted from 1
   * @param nll of the batch by latent dimension, in nats
   */
  default void stepDone(int epoch, int step, int stepsPerEpoch, int batchSize, double nll) {}

  default void epochDone(EpochRecord epoch) {}

  default void checkpointWritten(int epoch) {}
}
