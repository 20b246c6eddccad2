package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.CalibrationChoice;
import picocli.CommandLine.Option;

/** How the good images of a training calibrate its test. */
@HelpGroup.In(HelpGroup.TRAINING)
final class CrossFittingOptions {
  @Option(
      names = "--calibration-by",
      paramLabel = "NAME",
      description =
          "How good images set the threshold: SPLIT holds shares of them out once, CROSS_FITTING lets all of them take turns and learns from all (default: SPLIT where there are enough for the rate, or --validation or --calibration is given, else CROSS_FITTING).")
  private CalibrationBy by;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description =
          "Number of folds of cross-fitting; each costs a training (default: 10 of fewer than 60 images, else 5; as many as there are images, at most 60, of a model that is fitted to pretrained features).")
  private Integer folds;

  @Option(
      names = "--keep-folds",
      description =
          "Keep the models of the folds, 5 unless --folds is given, and inspect with all of them, so that a false-alarm rate is proved; K folds take K times K trainings.")
  private boolean keep;

  /**
   * Returns the choice of the user, or the one that suits the number of images.
   *
   * @param split the plan of a split
   * @param config of the model
   * @param heldOut the shares of a split
   * @param seed of the split
   * @throws IllegalArgumentException if the options contradict each other, or there are too few
   *     good images
   */
  CalibrationChoice choice(
      CalibrationPlan split,
      ModelConfig config,
      HeldOutOptions heldOut,
      Dataset dataset,
      long seed) {
    boolean wantsFolds =
        by == CalibrationBy.CROSS_FITTING || (by == null && (folds != null || keep));
    if (by == CalibrationBy.SPLIT && (folds != null || keep)) {
      throw new IllegalArgumentException(
          (keep ? "--keep-folds" : "--folds")
              + " goes with --calibration-by CROSS_FITTING, not with SPLIT");
    }
    if (wantsFolds && split.rate() == null) {
      throw new IllegalArgumentException(
          "cross-fitting sets the threshold: give either it or --log10-epsilon");
    }
    if (wantsFolds && heldOut.given()) {
      throw new IllegalArgumentException(
          "cross-fitting loses no image: leave out --validation and --calibration");
    }
    if (keep) {
      return CalibrationChoice.keptFolds(split, dataset, folds);
    }
    if (wantsFolds) {
      return CalibrationChoice.crossFitted(split, config, dataset, folds, "as requested");
    }
    if (by == CalibrationBy.SPLIT || heldOut.given()) {
      return CalibrationChoice.split(split, "as requested");
    }
    return CalibrationChoice.of(split, config, dataset, heldOut.validation(), seed, null);
  }
}
