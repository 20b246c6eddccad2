package dev.flowline.train;

import dev.flowline.model.TestFeatures;

/**
 * Good images that a model does not learn from: their features as {@link
 * dev.flowline.model.AnomalyModel#testFeatures} gives them.
 *
 * @param cache owned by the caller
 */
record HeldOutSet(FeatureCache cache) {
  /** The number of images. */
  int images() {
    return cache.size();
  }

  /**
   * Reads the features of some images, on the CPU, which belong to the caller's scope.
   *
   * @param images in the order in which they were added
   */
  TestFeatures batch(int... images) {
    return new TestFeatures(cache.batch(images));
  }

  /** A checksum of all features: other data have another one. */
  long checksum() {
    return cache.checksum();
  }
}
