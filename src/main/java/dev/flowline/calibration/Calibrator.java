package dev.flowline.calibration;

import dev.flowline.internal.FlowlineException;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.LatentMoments;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The calibrator of a model's statistical test. It uses good images that the model was not trained
 * on: some measure the region law, others, which are used for nothing else, set the threshold. Both
 * are looked at through the {@linkplain SegmentationOptions#fieldOfView field of view} of the test.
 */
public final class Calibrator {
  private final Device device;

  /**
   * Makes a calibrator.
   *
   * @param device where the latents are
   */
  public Calibrator(Device device) {
    this.device = device;
  }

  /**
   * Returns a test with the region law of the images, or without a law if there are fewer than
   * {@link RegionLaw#LEAST_IMAGES} images; log10Epsilon is 0.
   *
   * @param wanted everything else of the test
   * @throws IOException naming the file, if an image cannot be read
   */
  public SegmentationOptions measured(
      SegmentationOptions wanted, NullHypothesis nullHypothesis, GoodImages images)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    FieldOfView view = wanted.viewOfNumbers();
    if (nullHypothesis == NullHypothesis.CHI_SQUARE || images.count() < RegionLaw.LEAST_IMAGES) {
      return plain;
    }
    List<RelativeMaxima> maxima = new ArrayList<>();
    int[] size = new int[2]; // of the maps, which all have one
    each(
        images,
        plain.withSmallestRegion(0), // which the law is measured for, and not with
        (judged, input) -> {
          FusedAnomalyMap map = judged.moments().fusedMap();
          maxima.add(map.relativeMaxima(view));
          size[0] = map.height();
          size[1] = map.width();
        });
    return plain.withLaw(RegionLaw.relative(maxima).ofMaps(size[0], size[1]));
  }

  /**
   * Returns the calibration of a test's threshold, for maps of any size.
   *
   * @param rate the requested rate of false-alarm images
   * @throws IOException naming the file, if an image cannot be read
   */
  public Calibration threshold(SegmentationOptions options, FalseAlarmRate rate, GoodImages images)
      throws IOException {
    List<CalibrationImage> calibrated = new ArrayList<>();
    FieldOfView view = options.viewOfNumbers();
    each(
        images,
        options,
        (judged, input) ->
            calibrated.add(
                new CalibrationImage(
                    judged.nfaMap().minLog10Nfa(),
                    LatentStatistics.of(judged.moments(), view),
                    input)));
    return Calibration.of(calibrated, rate);
  }

  /**
   * Returns the minimum log10NFA of each image by a test.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public List<Double> statistics(SegmentationOptions options, GoodImages images)
      throws IOException {
    List<Double> statistics = new ArrayList<>();
    FieldOfView view = options.viewOfNumbers();
    try (AContrario test = new AContrario(options, device, 1)) {
      for (int image = 0; image < images.count(); image++) {
        try {
          images.read(
              image,
              (latents, input) -> statistics.add((double) test.minLog10Nfa(latents, view)[0]));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
    return statistics;
  }

  /** A step of a calibration, which takes one image's maps with {@link LatentMoments}. */
  private interface Step {
    void take(ImageMaps judged, InputStatistics input);
  }

  private void each(GoodImages images, SegmentationOptions options, Step step) throws IOException {
    FieldOfView view = options.viewOfNumbers();
    try (AContrario test = new AContrario(options, device, 1)) {
      for (int image = 0; image < images.count(); image++) {
        try {
          images.read(
              image,
              (latents, input) -> step.take(test.mapsWithMoments(latents, view).get(0), input));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
