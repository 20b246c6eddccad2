package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationShares;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.ContentDigest;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sets a deployed model's test anew by good images of the line as it is now; see {@link
 * CalibrationShares} for which of them do what. The model must not have been trained on them.
 */
public final class Recalibrator {
  private static final int DIGEST_LENGTH = 16;

  private final AnomalyModel model;
  private final Calibrator calibrator;
  private final Runnable imageDone;

  /**
   * What came of it.
   *
   * @param config of the same model, what the test was before in its history
   * @param lawIsNew whether the law of regions was measured anew
   * @param leftOut images that a law which stays was measured on: they set no threshold of it
   */
  public record Result(ModelConfig config, boolean lawIsNew, int leftOut) {}

  /**
   * @param model stays the caller's
   * @param imageDone hears of every image
   */
  public Recalibrator(AnomalyModel model, Runnable imageDone) {
    this.model = model;
    this.imageDone = imageDone;
    calibrator = new Calibrator(model);
  }

  /**
   * @param before the model's test with what is to differ
   * @param nullHypothesis wanted; without a law and images enough for one it stays chi-square
   * @param images good ones, each once
   * @param seed of the draw
   * @throws IllegalArgumentException if no image is left to set the threshold
   * @throws IOException naming the file, if an image cannot be read
   */
  public Result run(
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
      ModelConfig config = withThreshold(before, asked, unseen);
      return new Result(config, false, images.size() - unseen.size());
    }
    double lawShare = (double) shares.law() / images.size();
    Split drawn = Split.of(images, lawShare, 0, seed); // nothing is left to learn from
    try (ImageLatents latents = latents(drawn.validation())) {
      SegmentationOptions measured = calibrator.measured(before, nullHypothesis, latents);
      RegionLaw law = measured.law().withMeasuredOn(digests(drawn.validation()));
      return new Result(withThreshold(measured.withLaw(law), asked, drawn.fit()), true, 0);
    }
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

  private ModelConfig withThreshold(
      SegmentationOptions test, FalseAlarmRate asked, List<Sample> images) throws IOException {
    try (ImageLatents latents = latents(images)) {
      Calibration calibration = calibrator.threshold(test, asked, latents);
      return model
          .config()
          .recalibrated(
              test.withLog10Epsilon(calibration.log10Epsilon()), calibration, Instant.now());
    }
  }

  private ImageLatents latents(List<Sample> images) {
    return new ImageLatents(model, images, imageDone);
  }
}
