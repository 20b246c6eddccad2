package dev.flowline.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The features that a training keeps of images: see {@link TrainableModel#trainingFeatures}. {@link
 * TrainableModel#trainingLatents} takes no others.
 *
 * @param byScale (N, C, H, W), finest first; the tensors belong to the caller's scope
 */
public record TrainingFeatures(List<Tensor> byScale) {
  public TrainingFeatures {
    byScale = List.copyOf(byScale);
  }
}
