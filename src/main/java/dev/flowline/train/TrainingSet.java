package dev.flowline.train;

import dev.flowline.model.FittedMethod;
import dev.flowline.model.TrainingFeatures;

/**
 * The images that a model learns from: their features as {@link
 * dev.flowline.model.TrainableModel#trainingFeatures} gives them.
 *
 * @param cache owned by the caller
 */
record TrainingSet(FeatureCache cache) implements FittedMethod.GoodFeatures {
  @Override
  public int images() {
    return cache.size();
  }

  @Override
  public TrainingFeatures of(int image) {
    return batch(image);
  }

  /**
   * Reads the features of some images, on the CPU, which belong to the caller's scope.
   *
   * @param images in the order in which they were added
   */
  TrainingFeatures batch(int... images) {
    return new TrainingFeatures(cache.batch(images));
  }

  /** A checksum of all features: other data have another one. */
  long checksum() {
    return cache.checksum();
  }
}
