package dev.flowline.train;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainingPlan;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import java.util.ArrayList;
import java.util.List;

/**
 * The choice between a split of the good images, whose guarantee is proved, and cross-fitting,
 * which loses none of them.
 *
 * @param plan of the calibration
 * @param why in words, as the rest of a sentence
 */
public record CalibrationChoice(CalibrationPlan plan, String why) {
  /**
   * The number of folds of few images. The fewer there are, the more a model lacks those held out:
   * with 5 folds of 30 half as many good images alarm as the ranks lead to expect, see
   * docs/simulation.md.
   */
  private static final int FOLDS_OF_FEW = 10;

  /** The number of good images from which on fewer folds are enough. */
  private static final int NOT_SO_FEW = 60;

  private static final int USUAL_FOLDS = 5;

  /**
   * The most folds of a model that is fitted to features which stay as they are. It learns in no
   * time, so that each image is held out on its own: no other folds come nearer to the final model.
   */
  private static final int MOST_FOLDS_OF_FITTED = 60;

  /** The fewest good images that are cross-fitted: a region law of all but one is measured. */
  public static final int FEWEST_IMAGES = RegionLaw.FEWEST_IMAGES + 1;

  /** Returns the plan of a split, whatever it can guarantee. */
  public static CalibrationChoice split(CalibrationPlan split, String why) {
    return new CalibrationChoice(split, "split, " + why);
  }

  /**
   * Returns the plan of a cross-fitting.
   *
   * @param split what the test is to be
   * @param config of the model
   * @param folds their number; null for the usual one
   * @throws IllegalArgumentException if there are too few good images
   */
  public static CalibrationChoice crossFitted(
      CalibrationPlan split, ModelConfig config, Dataset dataset, Integer folds, String why) {
    int apart = imagesApart(dataset);
    int count = folds == null ? usualFolds(config, apart) : folds;
    int most = apart - RegionLaw.FEWEST_IMAGES;
    if (apart < FEWEST_IMAGES) {
      throw new IllegalArgumentException(
          "cross-fitting takes at least %s good images, or groups of them, and there are %s: add good images"
              .formatted(FEWEST_IMAGES, apart));
    }
    if (count < 2 || count > apart || (apart + count - 1) / count > most) {
      throw new IllegalArgumentException(
          "folds must be 2 to %s, and leave %s of %s good images for the region law, got %s"
              .formatted(apart, RegionLaw.FEWEST_IMAGES, apart, count));
    }
    return new CalibrationChoice(
        split.crossFitted(new CrossFitting(count)),
        "cross-fitted in %s folds, %s".formatted(count, why));
  }

  /**
   * Returns the plan of a cross-fitting whose models are kept, for {@link
   * dev.flowline.calibration.CvPlus}: each is made of the other folds' images by cross-fitting.
   *
   * @param split what the test is to be
   * @param folds their number; null for the usual one
   * @throws IllegalArgumentException if there are too few good images, or a confidence is requested
   */
  public static CalibrationChoice keptFolds(CalibrationPlan split, Dataset dataset, Integer folds) {
    if (split.rate().confidence() != null) {
      throw new IllegalArgumentException(
          "--keep-folds proves a bound on average over calibrations, and none with a confidence: leave out --confidence");
    }
    int apart = imagesApart(dataset);
    int count = folds == null ? USUAL_FOLDS : folds;
    int least = 3 * FEWEST_IMAGES / 2 + 1; // in 3 folds, of which two are held out in turn
    int largest = (apart + Math.max(1, count) - 1) / Math.max(1, count);
    if (apart < least) {
      throw new IllegalArgumentException(
          "--keep-folds takes at least %s good images, or groups of them, and there are %s: add good images"
              .formatted(least, apart));
    }
    if (count < 3 || count > apart || apart - 2 * largest < RegionLaw.FEWEST_IMAGES) {
      throw new IllegalArgumentException(
          "--keep-folds takes 3 to %s folds, any two of which leave %s of %s good images for a region law, got %s"
              .formatted(apart, RegionLaw.FEWEST_IMAGES, apart, count));
    }
    return new CalibrationChoice(
        split.crossFitted(new CrossFitting(count).keeping()),
        "cross-fitted in %s folds, whose models are kept, as requested".formatted(count));
  }

  /**
   * Chooses: a split if it measures a region law and guarantees the requested rate, or if there is
   * no rate; else cross-fitting, if there are enough images for it.
   *
   * @param split the plan of a split
   * @param config of the model
   * @param validation share of the images that measure its region law
   * @param seed of the split
   * @param folds of a cross-fitting; null for the usual number
   */
  public static CalibrationChoice of(
      CalibrationPlan split,
      ModelConfig config,
      Dataset dataset,
      double validation,
      long seed,
      Integer folds) {
    FalseAlarmRate rate = split.rate();
    if (rate == null) {
      return split(split, "since the threshold is set by hand");
    }
    Split drawn = TrainingRequest.split(dataset, validation, split, seed);
    int images = dataset.train().size();
    int law = drawn.validation().size();
    int threshold = drawn.calibration().size();
    List<String> missing = new ArrayList<>();
    if (split.nullHypothesis() == NullHypothesis.CALIBRATED && law < RegionLaw.LEAST_IMAGES) {
      missing.add("%s for the region law, which takes %s".formatted(law, RegionLaw.LEAST_IMAGES));
    }
    if (threshold < rate.imagesNeeded()) {
      missing.add(
          "%s for the threshold, which takes %s for %s"
              .formatted(threshold, rate.imagesNeeded(), FalseAlarmText.requested(rate)));
    }
    if (missing.isEmpty()) {
      return split(
          split,
          "since %s good images leave %s for the region law and %s for the threshold"
              .formatted(images, law, threshold));
    }
    if (imagesApart(dataset) < FEWEST_IMAGES) {
      return split(
          split,
          "since cross-fitting takes at least %s good images, and there are %s"
              .formatted(FEWEST_IMAGES, imagesApart(dataset)));
    }
    return crossFitted(
        split,
        config,
        dataset,
        folds,
        "since a split of %s good images leaves %s"
            .formatted(images, String.join(", and ", missing)));
  }

  /** Returns what the calibration guarantees, or leads to expect, in a line. */
  public static String rateInWords(Calibration calibration) {
    String rate =
        FalseAlarmText.guarantee(
            calibration.guaranteed(),
            calibration.requested().confidence(),
            calibration.isGuaranteed());
    if (calibration.keepsFolds()) {
      return "expected: %s; proved: %s, if they are like these"
          .formatted(rate, FalseAlarmText.guarantee(calibration.proved().orElseThrow(), null));
    }
    return calibration.isGuaranteed()
        ? "guaranteed: %s, if they are like these: proved%s"
            .formatted(
                rate,
                calibration.requested().confidence() == null
                    ? ", on average over calibrations"
                    : "")
        : "expected: %s, if they are like these: measured for such calibrations, not proved"
            .formatted(rate);
  }

  private static int usualFolds(ModelConfig config, int apart) {
    boolean fitted = config.settings().trainingPlan() instanceof TrainingPlan.Fitted;
    if (fitted && config.extractor().create().learner().isEmpty()) {
      return Math.min(apart, MOST_FOLDS_OF_FITTED);
    }
    return apart < NOT_SO_FEW ? Math.min(FOLDS_OF_FEW, apart) : USUAL_FOLDS;
  }

  /** Returns how many images, or groups of them, can be held out apart from each other. */
  private static int imagesApart(Dataset dataset) {
    return dataset.groupsToLearnFrom();
  }

  /** Returns what an image has in common with those that must stay in its fold. */
  static Object group(Sample sample) {
    return sample.group() == null ? sample.image() : sample.group();
  }
}
