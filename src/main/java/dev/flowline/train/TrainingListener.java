package dev.flowline.train;

/** Hears how a training proceeds, on the training thread. */
public interface TrainingListener {
  /** A listener that does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Hears that the features of one more image are ready.
   *
   * @param images that are ready by now
   * @param of all images
   */
  default void featuresReady(int images, int of) {}

  /**
   * Hears that the features of one more image are ready, by an extractor that has learned without
   * one fold.
   *
   * @param fold that it has learned without, counted from 1
   * @param images that are ready by now, of this fold's extractor
   * @param of all images
   */
  default void foldFeaturesReady(int fold, int folds, int images, int of) {}

  /**
   * Hears what is wrong with some of the images, before the training begins.
   *
   * @param warning in one line
   */
  default void warned(String warning) {}

  /**
   * Hears that a step is done.
   *
   * @param epoch counted from 1
   * @param step within the epoch, counted from 1
   * @param nll of the batch per latent dimension, in nats
   */
  default void stepDone(int epoch, int step, int stepsPerEpoch, int batchSize, double nll) {}

  /** Hears that an epoch is done. */
  default void epochDone(EpochRecord epoch) {}

  /**
   * Hears that the steps that follow are of the training of one fold of a cross-fitting.
   *
   * @param fold that is held out, counted from 1
   */
  default void foldBegins(int fold, int folds) {}

  /**
   * Returns the listener of the cross-fitted training that makes the model of one fold to keep.
   *
   * @param fold that it is made without, counted from 1
   * @param images number of images of the other folds, which it learns from
   */
  default TrainingListener keptFold(int fold, int folds, int images) {
    return SILENT;
  }

  /** Hears that an epoch of all folds is done. */
  default void foldsEpochDone(FoldsEpochRecord epoch) {}

  /** Hears of the statistics of the good images, each by models that did not see it. */
  default void screened(Screening screening) {}

  /**
   * Hears that all folds are done, and that the steps that follow are of the model that learns from
   * all images.
   *
   * @param epochs that it will take; 0 if it is fitted
   */
  default void foldsDone(int epochs) {}

  /** Hears that the checkpoint after an epoch is written. */
  default void checkpointWritten(int epoch) {}
}
