package dev.flowline.train;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * Sets the test of a trained model by its held-out images: those of validation, which the model was
 * not fitted to although they have chosen the epoch, measure the region law; those of calibration,
 * which have done nothing else, set the threshold.
 */
final class HeldOutCalibration {
  private HeldOutCalibration() {}

  /**
   * Returns the configuration with the test that the plan asks for.
   *
   * @param inputs statistics of the images of {@code calibration}, in their order
   */
  static ModelConfig of(
      ModelConfig trained,
      CalibrationPlan plan,
      AnomalyModel model,
      HeldOutSet validation,
      HeldOutSet calibration,
      List<InputStatistics> inputs)
      throws IOException {
    Calibrator calibrator = new Calibrator(model.device());
    SegmentationOptions test =
        calibrator
            .measured(
                trained.segmentation(),
                plan.nullHypothesis(),
                latents(model, validation, List.of()))
            .withLog10Epsilon(trained.segmentation().log10Epsilon());
    if (plan.rate() == null || calibration.images() == 0) {
      return trained.withSegmentation(test, null);
    }
    Calibration threshold =
        calibrator.threshold(test, plan.rate(), latents(model, calibration, inputs));
    return trained.withSegmentation(test.withLog10Epsilon(threshold.log10Epsilon()), threshold);
  }

  private static GoodImages latents(
      AnomalyModel model, HeldOutSet images, List<InputStatistics> inputs) {
    return new GoodImages() {
      @Override
      public int count() {
        return images.images();
      }

      @Override
      public void read(int image, Reader reader) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          InputStatistics input = inputs.isEmpty() ? null : inputs.get(image);
          reader.read(AnomalyModel.views(model.testLatents(images.batch(image))), input);
        }
      }
    };
  }
}
