package dev.flowline.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The features that a test takes of images: see {@link AnomalyModel#testFeatures}. {@link
 * AnomalyModel#testLatents} takes no others.
 *
 * @param byScale (N, C, H, W), finest first; the tensors belong to the caller's scope
 */
public record TestFeatures(List<Tensor> byScale) {
  public TestFeatures {
    byScale = List.copyOf(byScale);
  }
}
