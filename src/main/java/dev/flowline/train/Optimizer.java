package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import dev.flowline.model.TrainableModel;
import dev.flowline.nn.FlowTape;
import dev.flowline.tensor.Device;
import java.util.Collection;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Adam (Kingma and Ba 2015) on some parameters, as a training is configured. */
final class Optimizer implements AutoCloseable {
  private final TensorVector parameters;
  private final Adam adam;
  private final Double gradientClip;
  private final FlowTape tape;

  /**
   * Makes an optimiser of a model that has taken no step. From now on, until it is closed, the
   * model's losses go back by this optimiser's steps alone.
   *
   * @param model must outlive this object
   */
  Optimizer(TrainableModel model, TrainingConfig config) {
    this(model.trainable().values(), config, model.tape());
    tape.read();
  }

  /**
   * Makes an optimiser that has taken no step.
   *
   * @param trained must outlive this object
   */
  Optimizer(Collection<Tensor> trained, TrainingConfig config) {
    this(trained, config, new FlowTape());
  }

  private Optimizer(Collection<Tensor> trained, TrainingConfig config, FlowTape tape) {
    this.tape = tape;
    gradientClip = config.gradientClip();
    parameters = new TensorVector(trained.toArray(Tensor[]::new));
    try (PointerScope scope = new PointerScope();
        AdamOptions options = options(config)) {
      adam = new Adam(parameters, options);
      adam.retainReference();
    }
  }

  private static AdamOptions options(TrainingConfig config) {
    AdamOptions options = new AdamOptions(config.adam().learningRate());
    options.weight_decay().put(config.adam().weightDecay());
    options.eps().put(config.adam().epsilon());
    DoublePointer betas = options.betas(); // a std::tuple, in whichever order the compiler has it
    int first = betas.get(0) < betas.get(1) ? 0 : 1;
    betas.put(first, config.adam().beta1());
    betas.put(1 - first, config.adam().beta2());
    return options;
  }

  /** Steps down the gradient of a loss. */
  void step(Tensor loss, double rate) {
    adam.zero_grad();
    tape.backward(loss, false);
    update(rate);
  }

  /**
   * Steps down the gradient of a loss and that of another which must not work against it: of the
   * other one's gradient the part that points against the first is taken away (as averaged gradient
   * episodic memory does, Chaudhry et al. 2019), and what is left is no longer than a share of the
   * first.
   *
   * @param loss depends on all parameters
   * @param other of a graph that may have parts in common with that of {@code loss}
   * @param share above 0
   */
  void step(Tensor loss, Tensor other, double share, double rate) {
    adam.zero_grad();
    tape.backward(other, true);
    Gradients beside = Gradients.of(parameters);
    adam.zero_grad();
    tape.backward(loss, false);
    beside.guardedBy(parameters, share).addTo(parameters);
    update(rate);
  }

  private void update(double rate) {
    if (gradientClip != null) {
      torch.clip_grad_norm_(parameters, gradientClip);
    }
    adam.param_groups().get(0).options().set_lr(rate);
    adam.step();
  }

  StoredTensor store() {
    return OptimizerState.store(adam);
  }

  /**
   * @param device of the parameters
   */
  void load(StoredTensor stored, Device device) {
    OptimizerState.load(adam, stored, device);
  }

  @Override
  public void close() {
    tape.readNoLonger();
    adam.close();
    parameters.close();
  }
}
