package dev.flowline.train;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.flow.Latents;
import dev.flowline.line.Calibrator;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/**
 * Sets the test of a trained model by its held-out images: those of validation, which the model was
 * not fitted to although they have chosen the epoch, measure the law of regions; those of
 * calibration, which have done nothing else, set the threshold.
 */
final class HeldOutCalibration {
  private HeldOutCalibration() {}

  /** Returns the configuration with the test that the plan asks for. */
  static ModelConfig of(
      ModelConfig trained,
      CalibrationPlan plan,
      AnomalyModel model,
      HeldOutSet validation,
      HeldOutSet calibration)
      throws IOException {
    Calibrator calibrator = new Calibrator(model);
    SegmentationOptions test =
        calibrator
            .measured(trained.segmentation(), plan.nullHypothesis(), latents(model, validation))
            .withLog10Epsilon(trained.segmentation().log10Epsilon());
    if (plan.rate() == null || calibration.images() == 0) {
      return trained.withSegmentation(test, null);
    }
    Calibration threshold = calibrator.threshold(test, plan.rate(), latents(model, calibration));
    return trained.withSegmentation(test.withLog10Epsilon(threshold.log10Epsilon()), threshold);
  }

  private static Calibrator.GoodImages latents(AnomalyModel model, HeldOutSet images) {
    return new Calibrator.GoodImages() {
      @Override
      public int count() {
        return images.images();
      }

      @Override
      public Latents<Tensor> latents(int image) {
        return model.testLatents(images.batch(image));
      }
    };
  }
}
