package dev.flowline.calibration;

/**
 * The cross-fitting that a calibration rests on: the good images were divided into folds, and each
 * image has its statistic by a model that had learned from the other folds alone.
 *
 * @param folds K, at least 2
 * @param kept whether the model file keeps the K models, and an inspection uses them (CV+); else it
 *     uses one model that has learned from all images
 */
public record CrossFitting(int folds, boolean kept) {
  public CrossFitting {
    if (folds < 2) {
      throw new IllegalArgumentException("folds must be at least 2, got " + folds);
    }
  }
}
