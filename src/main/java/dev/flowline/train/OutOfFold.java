package dev.flowline.train;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitted;
import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.Folds;
import dev.flowline.data.Sample;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The latents of good images, each by a model that has learned from the other folds alone.
 *
 * @param images all good images
 * @param folds of these images
 * @param latents (C, H, W) by scale, in the order of the folds: those that the first holds come
 *     first; closed with this
 * @param inputs statistics of the inputs, in the order of the images
 * @param chosen epoch for the model that learns from all images; null if it is fitted
 */
record OutOfFold(
    List<Sample> images,
    Folds folds,
    FeatureCache latents,
    List<InputStatistics> inputs,
    FoldsInStep.Chosen chosen)
    implements AutoCloseable {

  /**
   * Measures the test: a region law and a statistic of each image.
   *
   * @param wanted everything else of the test
   * @param device on which it computes
   */
  CrossFitted test(SegmentationOptions wanted, CalibrationPlan plan, Device device)
      throws IOException {
    return CrossFitted.of(
        new Calibrator(device), wanted, plan.nullHypothesis(), folds, goodImages(device));
  }

  /** Returns the latents in the order of the images. */
  GoodImages goodImages(Device device) {
    int[] places = new int[images.size()];
    int place = 0;
    for (List<Integer> held : folds.held()) {
      for (int image : held) {
        places[image] = place++;
      }
    }
    return new GoodImages() {
      @Override
      public int count() {
        return images.size();
      }

      @Override
      public void read(int image, Reader reader) {
        try (TensorScope scope = TensorScope.open()) {
          List<Tensor> there =
              latents.batch(places[image]).stream().map(z -> Tensors.on(device, z)).toList();
          reader.read(there.stream().map(Tensors::view).toList(), inputs.get(image));
        }
      }

      @Override
      public String name(int image) {
        return images.get(image).image().toString();
      }
    };
  }

  /** Adds the latents of the images that a fold holds, by the model as it is now. */
  static void add(FeatureCache latents, AnomalyModel model, HeldOutSet held) throws IOException {
    for (int image = 0; image < held.images(); image++) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        latents.add(
            model.testLatents(held.batch(image)).values().stream()
                .map(Tensor::contiguous)
                .toList());
      }
    }
  }

  @Override
  public void close() throws IOException {
    latents.close();
  }
}
