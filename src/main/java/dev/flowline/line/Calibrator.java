package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.flow.Latents;
import dev.flowline.internal.FlowlineException;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Sets a model's statistical test by good images that its flow was not fitted to: some measure the
 * law of regions, others, which do nothing else, the threshold.
 */
public final class Calibrator {
  private final AnomalyModel model;

  /** Good images, of which the model makes latents within the caller's scope. */
  public interface GoodImages {
    int count();

    /**
     * @throws IOException naming the file, if the image cannot be read
     */
    Latents<Tensor> latents(int image) throws IOException;

    /** What to call it in a complaint. */
    default String name(int image) {
      return "image " + image;
    }
  }

  public Calibrator(AnomalyModel model) {
    this.model = model;
  }

  /**
   * The test with a law of regions, or without one where the images are fewer than {@link
   * RegionLaw#LEAST_IMAGES}; log10Epsilon is 0.
   */
  public SegmentationOptions measured(
      SegmentationOptions wanted, NullHypothesis nullHypothesis, GoodImages images)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    if (nullHypothesis == NullHypothesis.CHI_SQUARE || images.count() < RegionLaw.LEAST_IMAGES) {
      return plain;
    }
    List<float[]> maxima = new ArrayList<>();
    each(
        images,
        plain,
        (test, latents) ->
            maxima.add(test.fusedMaps(AnomalyModel.views(latents)).get(0).regionMaxima()));
    return plain.withLaw(new RegionLaw(maxima));
  }

  /** The threshold of a test, for maps of any size. */
  public Calibration threshold(SegmentationOptions options, FalseAlarmRate rate, GoodImages images)
      throws IOException {
    FieldOfView everywhere = FieldOfView.whole(1, 1);
    List<CalibrationImage> judged = new ArrayList<>();
    each(
        images,
        options,
        (test, latents) ->
            judged.add(
                new CalibrationImage(
                    test.smallest(AnomalyModel.views(latents), everywhere)[0],
                    LatentStatistics.of(test, latents))));
    return Calibration.of(judged, rate);
  }

  private interface Step {
    void take(AContrario test, Latents<Tensor> latents);
  }

  private void each(GoodImages images, SegmentationOptions options, Step step) throws IOException {
    try (AContrario test = new AContrario(options, model.device(), 1)) {
      for (int image = 0; image < images.count(); image++) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          step.take(test, images.latents(image));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
