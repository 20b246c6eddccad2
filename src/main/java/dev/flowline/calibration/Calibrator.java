package dev.flowline.calibration;

import dev.flowline.internal.FlowlineException;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.LatentMoments;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets the statistical test of a model with good images that its flow was not fitted to: some
 * measure the law of regions, others, which do nothing else, set the threshold.
 */
public final class Calibrator {
  private static final FieldOfView EVERYWHERE = FieldOfView.whole(1, 1);

  private final Device device;

  /**
   * @param device where the latents lie
   */
  public Calibrator(Device device) {
    this.device = device;
  }

  /**
   * Returns the test with a law of regions, or without one if there are fewer than {@link
   * RegionLaw#LEAST_IMAGES} images; log10Epsilon is 0.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public SegmentationOptions measured(
      SegmentationOptions wanted, NullHypothesis nullHypothesis, GoodImages images)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    if (nullHypothesis == NullHypothesis.CHI_SQUARE || images.count() < RegionLaw.LEAST_IMAGES) {
      return plain;
    }
    List<float[]> maxima = new ArrayList<>();
    each(images, plain, judged -> maxima.add(judged.moments().fusedMap().regionMaxima()));
    return plain.withLaw(new RegionLaw(maxima));
  }

  /**
   * Returns the threshold of a test, for maps of any size.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public Calibration threshold(SegmentationOptions options, FalseAlarmRate rate, GoodImages images)
      throws IOException {
    List<CalibrationImage> calibrated = new ArrayList<>();
    each(
        images,
        options,
        judged ->
            calibrated.add(
                new CalibrationImage(
                    judged.nfaMap().smallest(), LatentStatistics.of(judged.moments()))));
    return Calibration.of(calibrated, rate);
  }

  /** A step of a calibration: takes what the test and the {@link LatentMoments} say of an image. */
  private interface Step {
    void take(ImageMaps judged);
  }

  private void each(GoodImages images, SegmentationOptions options, Step step) throws IOException {
    try (AContrario test = new AContrario(options, device, 1)) {
      for (int image = 0; image < images.count(); image++) {
        try {
          images.read(
              image, latents -> step.take(test.mapsWithMoments(latents, EVERYWHERE).get(0)));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
