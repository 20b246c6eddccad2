package dev.flowline.calibration;

import dev.flowline.data.Folds;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A cross-fitted test: the region law of all images, and a statistic of each image by the law of
 * the other folds. The latents of each image are those of a model that has learned from the other
 * folds alone, so that no number of an image rests on itself.
 *
 * @param test with the law of all images; log10Epsilon is 0
 * @param images the statistics, in the order of the images
 */
public record CrossFitted(SegmentationOptions test, List<CalibrationImage> images) {
  /**
   * Measures the test.
   *
   * @param wanted everything else of the test
   * @param latents of all images, out of fold
   * @throws IllegalArgumentException if the other folds have fewer images than a region law takes
   * @throws IOException naming the file, if an image cannot be read
   */
  public static CrossFitted of(
      Calibrator calibrator,
      SegmentationOptions wanted,
      NullHypothesis nullHypothesis,
      Folds folds,
      GoodImages latents)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    boolean calibrated = nullHypothesis == NullHypothesis.CALIBRATED;
    RegionMaxima maxima = calibrated ? calibrator.maxima(plain, latents) : null;
    List<CalibrationImage> images =
        new ArrayList<>(Collections.nCopies(latents.count(), (CalibrationImage) null));
    for (int fold = 0; fold < folds.count(); fold++) {
      List<Integer> held = folds.held().get(fold);
      SegmentationOptions others = calibrated ? maxima.measured(plain, folds.outside(fold)) : plain;
      List<CalibrationImage> own = calibrator.statistics(others, latents.only(held));
      for (int i = 0; i < held.size(); i++) {
        images.set(held.get(i), own.get(i).withoutLatents());
      }
    }
    return new CrossFitted(calibrated ? maxima.measured(plain) : plain, List.copyOf(images));
  }

  /**
   * Measures the test by models that are kept, each with its own laws.
   *
   * @param wanted everything else of the test
   * @param laws by fold; null for a test without a region law
   * @param latents of all images, each by the model of its fold
   */
  public static CrossFitted ofKept(
      Calibrator calibrator,
      SegmentationOptions wanted,
      List<FoldLaws> laws,
      Folds folds,
      GoodImages latents)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    List<CalibrationImage> images =
        new ArrayList<>(Collections.nCopies(latents.count(), (CalibrationImage) null));
    for (int fold = 0; fold < folds.count(); fold++) {
      List<Integer> held = folds.held().get(fold);
      SegmentationOptions own = laws == null ? plain : laws.get(fold).in(plain);
      List<CalibrationImage> known = calibrator.statistics(own, latents.only(held));
      for (int i = 0; i < held.size(); i++) {
        images.set(held.get(i), known.get(i).withoutLatents().inFold(fold));
      }
    }
    SegmentationOptions test =
        laws == null ? plain : calibrator.maxima(plain, latents).measured(plain);
    return new CrossFitted(test, List.copyOf(images));
  }

  /** Returns the calibration of the threshold at a rate. */
  public Calibration calibration(FalseAlarmRate rate, CrossFitting folds) {
    return Calibration.of(images, rate).crossFitted(folds);
  }
}
