package dev.flowline.calibration;

/**
 * The cross-fitting that a calibration rests on: the good images were divided into folds, and each
 * image has its statistic by a model that had learned from the other folds alone. An inspection
 * uses one model, which has learned from all images.
 *
 * @param folds K, at least 2
 */
public record CrossFitting(int folds) {
  public CrossFitting {
    if (folds < 2) {
      throw new IllegalArgumentException("folds must be at least 2, got " + folds);
    }
  }
}
