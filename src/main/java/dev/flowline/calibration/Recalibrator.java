package dev.flowline.calibration;

import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.ContentDigest;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Sets the test of a deployed model anew with good images of the line as it is now; {@link
 * CalibrationShares} says which of them do what. The model must not have been trained on them.
 */
public final class Recalibrator {
  private static final int DIGEST_LENGTH = 16;

  private final Calibrator calibrator;
  private final Function<List<Sample>, GoodImages> latents;

  /**
   * The outcome of a recalibration.
   *
   * @param test with its threshold
   * @param calibration where the threshold comes from
   * @param lawIsNew whether the law of regions was measured anew
   * @param leftOut images that measured a law which stays: they set no threshold of it
   */
  public record Recalibrated(
      SegmentationOptions test, Calibration calibration, boolean lawIsNew, int leftOut) {}

  /**
   * @param latents of image files, by the model
   */
  public Recalibrator(Calibrator calibrator, Function<List<Sample>, GoodImages> latents) {
    this.calibrator = calibrator;
    this.latents = latents;
  }

  /**
   * Measures the law of regions if there are images enough, and the threshold.
   *
   * @param before the model's test with what is to differ
   * @param nullHypothesis wanted; without a law and images enough for one it stays chi-square
   * @param images good ones, each once
   * @param seed of the draw
   * @throws IllegalArgumentException if no image is left to set the threshold
   * @throws IOException naming the file, if an image cannot be read
   */
  public Recalibrated run(
      SegmentationOptions before,
      NullHypothesis nullHypothesis,
      FalseAlarmRate asked,
      List<Sample> images,
      long seed)
      throws IOException {
    CalibrationShares shares =
        CalibrationShares.of(images.size(), nullHypothesis, asked, before.law() != null);
    if (shares.law() == 0) {
      List<Sample> unseen = before.law() == null ? images : unseen(before.law(), asked, images);
      return withThreshold(before, asked, unseen, false, images.size() - unseen.size());
    }
    double lawShare = (double) shares.law() / images.size();
    Split drawn = Split.of(images, lawShare, 0, seed); // nothing is left to learn from
    SegmentationOptions measured =
        calibrator.measured(before, nullHypothesis, latents.apply(drawn.validation()));
    RegionLaw law = measured.law().withMeasuredOn(digests(drawn.validation()));
    return withThreshold(measured.withLaw(law), asked, drawn.fit(), true, 0);
  }

  private static List<Sample> unseen(RegionLaw law, FalseAlarmRate asked, List<Sample> images)
      throws IOException {
    Set<String> seen = Set.copyOf(law.measuredOn());
    List<String> digests = digests(images);
    List<Sample> unseen = new ArrayList<>();
    for (int image = 0; image < images.size(); image++) {
      if (!seen.contains(digests.get(image))) {
        unseen.add(images.get(image));
      }
    }
    if (unseen.isEmpty()) {
      throw new IllegalArgumentException(
          "all %d good images measured the law of regions, which stays as it is: it takes others to set the threshold, or %d to measure another law"
              .formatted(images.size(), asked.imagesNeeded() + RegionLaw.LEAST_IMAGES));
    }
    return unseen;
  }

  private static List<String> digests(List<Sample> images) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Sample image : images) {
      digests.add(ContentDigest.of(image.image()).substring(0, DIGEST_LENGTH));
    }
    return digests;
  }

  private Recalibrated withThreshold(
      SegmentationOptions test,
      FalseAlarmRate asked,
      List<Sample> images,
      boolean lawIsNew,
      int leftOut)
      throws IOException {
    Calibration calibration = calibrator.threshold(test, asked, latents.apply(images));
    return new Recalibrated(
        test.withLog10Epsilon(calibration.log10Epsilon()), calibration, lawIsNew, leftOut);
  }
}
