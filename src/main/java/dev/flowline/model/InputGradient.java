package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.nn.TorchOps;
import java.util.function.Function;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Which pixels an image's likelihood depends on: where latents have no positions of their own, this
 * tells where a defect is (DifferNet, section 4.5). The magnitude of the gradient of the negative
 * log-likelihood with respect to the image, summed over colours, smoothed by a Gaussian of 3
 * pixels.
 */
final class InputGradient {
  private static final double SIGMA = 3; // pixels

  private InputGradient() {}

  /**
   * The caller's grad mode does not matter.
   *
   * @param images preprocessed, (N, 3, H, W), H and W more than 12
   * @param model images → latents
   * @return (N, 1, H, W), at least 0
   */
  static Tensor map(TorchOps ops, Tensor images, Function<Tensor, Latents<Tensor>> model) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      Tensor input = images.detach().set_requires_grad(true);
      Tensor nll = NegativeLogLikelihood.perSample(ops, model.apply(input)).sum();
      Tensor gradient = torch.grad(new TensorVector(nll), new TensorVector(input)).get(0);
      Tensor map = gradient.abs().sum(new long[] {1}, true, new ScalarTypeOptional());
      return new GaussianBlur(SIGMA).apply(ops, map);
    }
  }
}
