package dev.flowline.calibration;

import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The recalibrator of a deployed model: it sets the test anew with good images of the line as it is
 * now. {@link CalibrationShares} divides them. The model must not have been trained on them.
 */
public final class Recalibrator {
  /**
   * Digits of the digests in region laws that were measured before Flowline had one form of them.
   */
  private static final int OLD_LENGTH = 16;

  /** The group of an image by default: the name of the folder that it lies in. */
  public static final Function<Sample, String> FOLDER =
      image -> String.valueOf(image.image().toAbsolutePath().normalize().getParent().getFileName());

  private final Calibrator calibrator;
  private final Function<List<Sample>, GoodImages> latents;

  /**
   * The outcome of a recalibration.
   *
   * @param test with its threshold
   * @param calibration of the threshold
   * @param lawIsNew whether the region law was measured anew
   * @param leftOut number of images that did not set the threshold, since the region law, which
   *     stays, was measured on them
   */
  public record Recalibrated(
      SegmentationOptions test, Calibration calibration, boolean lawIsNew, int leftOut) {}

  /**
   * Makes a recalibrator.
   *
   * @param latents makes the model's latents of image files
   */
  public Recalibrator(Calibrator calibrator, Function<List<Sample>, GoodImages> latents) {
    this.calibrator = calibrator;
    this.latents = latents;
  }

  /**
   * Measures the region law if there are enough images, and the threshold.
   *
   * @param before the model's test with the requested changes; without its law if this was measured
   *     with another field of view
   * @param nullHypothesis the requested one; it stays chi-square if there is no law and there are
   *     too few images to measure one
   * @param requested the requested rate of false-alarm images
   * @param images good ones, without duplicates
   * @param seed of the random division of the images
   * @throws IllegalArgumentException if no image is left to set the threshold
   * @throws IOException naming the file, if an image cannot be read
   */
  public Recalibrated run(
      SegmentationOptions before,
      NullHypothesis nullHypothesis,
      FalseAlarmRate requested,
      List<Sample> images,
      long seed)
      throws IOException {
    return run(before, nullHypothesis, requested, images, seed, null, FOLDER);
  }

  /**
   * Measures the region law if there are enough images, and the threshold for parts that will come
   * in a mix; see {@link #run(SegmentationOptions, NullHypothesis, FalseAlarmRate, List, long)}.
   *
   * @param mix of groups; null if parts come as the images do
   * @param group returns that of an image, such as {@link #FOLDER}
   * @throws IllegalArgumentException if the images of a group are too few, or not those of the mix
   */
  public Recalibrated run(
      SegmentationOptions before,
      NullHypothesis nullHypothesis,
      FalseAlarmRate requested,
      List<Sample> images,
      long seed,
      GroupMix mix,
      Function<Sample, String> group)
      throws IOException {
    CalibrationShares shares =
        CalibrationShares.of(images.size(), nullHypothesis, requested, before.law() != null);
    if (shares.law() == 0) {
      List<Sample> unseen = before.law() == null ? images : unseen(before.law(), requested, images);
      return withThreshold(
          before, requested, unseen, mix, group, false, images.size() - unseen.size());
    }
    double lawShare = (double) shares.law() / images.size();
    // Validation images measure the law, all others set the threshold.
    Split drawn = Split.of(images, lawShare, 0, seed);
    if (mix != null) {
      mix.requireEnough(
          drawn.fit().stream().map(group).toList(), requested); // before the law, which takes time
    }
    SegmentationOptions measured =
        calibrator.measured(before, nullHypothesis, latents.apply(drawn.validation()));
    RegionLaw law = measured.law().withMeasuredOn(ImageDigests.of(drawn.validation()));
    return withThreshold(measured.withLaw(law), requested, drawn.fit(), mix, group, true, 0);
  }

  private static List<Sample> unseen(RegionLaw law, FalseAlarmRate requested, List<Sample> images)
      throws IOException {
    Set<String> seen = Set.copyOf(law.measuredOn());
    List<String> digests = ImageDigests.of(images);
    List<Sample> unseen = new ArrayList<>();
    for (int image = 0; image < images.size(); image++) {
      if (!isAmong(seen, digests.get(image))) {
        unseen.add(images.get(image));
      }
    }
    if (unseen.isEmpty()) {
      throw new IllegalArgumentException(
          "the threshold needs other good images than those that the region law was measured on, which are all %s; a new law with its threshold needs %s good images"
              .formatted(images.size(), requested.imagesNeeded() + RegionLaw.LEAST_IMAGES));
    }
    return unseen;
  }

  /** Returns whether an image is among those of a region law, which may name it by fewer digits. */
  static boolean isAmong(Set<String> measuredOn, String digest) {
    return measuredOn.contains(digest) || measuredOn.contains(digest.substring(0, OLD_LENGTH));
  }

  private Recalibrated withThreshold(
      SegmentationOptions test,
      FalseAlarmRate requested,
      List<Sample> images,
      GroupMix mix,
      Function<Sample, String> group,
      boolean lawIsNew,
      int leftOut)
      throws IOException {
    List<String> groups = images.stream().map(group).toList();
    if (mix != null) {
      mix.requireEnough(groups, requested);
    }
    Calibration calibration =
        calibrator.threshold(test, requested, latents.apply(images), mix, groups);
    return new Recalibrated(
        test.withLog10Epsilon(calibration.log10Epsilon()), calibration, lawIsNew, leftOut);
  }
}
