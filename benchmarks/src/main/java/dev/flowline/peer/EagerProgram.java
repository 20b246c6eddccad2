package dev.flowline.peer;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.UFlow;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The peer: U-Flow as an eager PyTorch program runs it, with the weights of a model of ours. It
 * calls the LibTorch that Flowline calls, without Python between the operations.
 */
final class EagerProgram implements Contestant {
  static final String NAME = "eager PyTorch";

  private final EagerWeights weights;
  private final EagerExtractor extractor;
  private final EagerUFlow flow;
  private final FloatBuffer pixels; // behind images
  private final Tensor images; // (1, 3, H, W)

  /**
   * @param model U-Flow on an extractor that a peer has, on the CPU; it need not stay open
   * @param pixels of one image, (3, H, W), direct
   */
  EagerProgram(AnomalyModel model, FloatBuffer pixels) {
    UFlow settings = (UFlow) model.config().settings();
    int scales = model.shapes().latents().size();
    weights = new EagerWeights(model.parameters());
    extractor = EagerExtractor.of(model.config().extractor().create(), weights);
    flow = new EagerUFlow(scales, settings.steps(), weights);
    this.pixels = pixels;
    int height = model.config().preprocessing().height();
    int width = model.config().preprocessing().width();
    images = Tensors.over(pixels, 1, 3, height, width);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Pass run(Clock clock) {
    long start = clock.nanos();
    long between;
    long end;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      List<Tensor> features = extractor.features(images);
      between = clock.nanos();
      flow.forward(features);
      end = clock.nanos();
    }
    return new Pass((between - start) / 1e6, (end - between) / 1e6, (clock.nanos() - start) / 1e6);
  }

  @Override
  public List<float[]> latents() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return flow.forward(extractor.features(images)).latents().stream()
          .map(z -> TensorCopy.store(z).toFloats())
          .toList();
    }
  }

  /** Returns the log-determinant of the image. */
  double logDetJacobian() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return flow.forward(extractor.features(images)).logDetJacobian().item_double();
    }
  }

  @Override
  public void close() {
    images.close();
    weights.close();
  }
}
