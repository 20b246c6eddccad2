package dev.flowline.peer;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.UFlow;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The training of the peer, on features that are at hand: U-Flow operation by operation, LibTorch's
 * gradients and Adam.
 */
final class EagerTraining implements Program {
  private static final double LEARNING_RATE = 1e-4;
  private static final double WEIGHT_DECAY = 1e-5;
  private static final long[] IMAGE = {1, 2, 3};

  private final EagerWeights weights;
  private final EagerUFlow flow;
  private final TensorVector trained;
  private final List<Tensor> features; // (N, C, H, W) by scale, finest first
  private final int batch;

  /**
   * @param model U-Flow on a ResNet, on the CPU, whose weights are copied
   * @param features of N images, by scale, finest first; stay the caller's
   * @param batch images of a step, which divide N
   */
  EagerTraining(AnomalyModel model, List<Tensor> features, int batch) {
    UFlow settings = (UFlow) model.config().settings();
    weights = new EagerWeights(model.parameters());
    flow = new EagerUFlow(features.size(), settings.steps(), weights);
    trained = new TensorVector(weights.trained().toArray(Tensor[]::new));
    this.features = features;
    this.batch = batch;
  }

  @Override
  public String name() {
    return EagerProgram.NAME;
  }

  /** {@inheritDoc} The time is that of one step. */
  @Override
  public Pass run(Clock clock) {
    long start = clock.nanos();
    int steps = train(1).size();
    return new Pass(Double.NaN, Double.NaN, (clock.nanos() - start) / 1e6 / steps);
  }

  /** Trains with an optimiser that begins anew, and returns the NLL of each step by dimension. */
  List<Double> train(int epochs) {
    List<Double> nll = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      AdamOptions options = new AdamOptions(LEARNING_RATE);
      options.weight_decay().put(WEIGHT_DECAY);
      Adam adam = new Adam(trained, options);
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (long first = 0; first < features.get(0).size(0); first += batch) {
          nll.add(step(adam, first));
        }
      }
    }
    return nll;
  }

  private double step(Adam adam, long first) {
    try (TensorScope scope = TensorScope.open()) {
      EagerUFlow.Flowed flowed =
          flow.forward(features.stream().map(x -> x.narrow(0, first, batch)).toList());
      Tensor energy = null;
      long dimensions = 0;
      for (Tensor z : flowed.latents()) {
        Tensor squares = z.square().sum(IMAGE, false, new ScalarTypeOptional());
        energy = energy == null ? squares : energy.add(squares);
        dimensions += z.size(1) * z.size(2) * z.size(3);
      }
      Tensor perImage = energy.mul(new Scalar(0.5)).sub(flowed.logDetJacobian());
      Tensor nll = perImage.mean().div(new Scalar((double) dimensions));
      adam.zero_grad();
      nll.backward();
      adam.step();
      return nll.item_double();
    }
  }

  @Override
  public void close() {
    trained.close();
    weights.close();
  }
}
