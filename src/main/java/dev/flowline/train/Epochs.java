package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The epochs of one training: passes over the images that a model learns from, each followed by the
 * likelihood of those held out. It knows nothing of which epoch is kept.
 */
final class Epochs {
  private final TrainableModel model;
  private final TrainingConfig config;
  private final TrainingSet training;
  private final HeldOutSet validation;
  private final TrainingListener listener;
  private final long dimensions;

  /**
   * What an epoch gave.
   *
   * @param nll mean over the epoch, per latent dimension, in nats
   * @param validationNll that of the held-out images after the epoch; null if there are none
   * @param rate learning rate at the last step
   */
  record Outcome(double nll, Double validationNll, double rate, double imagesPerSecond) {
    EpochRecord record(int epoch, boolean best) {
      return new EpochRecord(epoch, nll, validationNll, rate, imagesPerSecond, best);
    }
  }

  /**
   * Prepares the epochs of a training.
   *
   * @param model whose weights are changed in place
   */
  Epochs(
      TrainableModel model,
      TrainingConfig config,
      TrainingSet training,
      HeldOutSet validation,
      TrainingListener listener) {
    this.model = model;
    this.config = config;
    this.training = training;
    this.validation = validation;
    this.listener = listener;
    dimensions = model.model().shapes().latentDimensions();
  }

  TrainingConfig config() {
    return config;
  }

  /** The number of images that the model learns from. */
  int images() {
    return training.images();
  }

  /**
   * Runs an epoch.
   *
   * @param epoch counted from 1
   * @param rescue says what is left of the training if it diverges
   * @throws TrainingDivergedException if a loss or a weight is not finite
   */
  Outcome run(TrainingStep taken, int epoch, Supplier<String> rescue) {
    int[] order = order(epoch);
    int steps = (order.length + config.batchSize() - 1) / config.batchSize();
    double sum = 0;
    double rate = config.adam().learningRate();
    long start = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      int from = step * config.batchSize();
      int[] batch =
          Arrays.copyOfRange(order, from, Math.min(order.length, from + config.batchSize()));
      long iteration = (long) (epoch - 1) * steps + step;
      rate = config.adam().learningRate() * config.rate().at(iteration, steps, config.epochs());
      double loss = taken.take(batch, epoch, rate);
      if (!Double.isFinite(loss)) {
        throw new TrainingDivergedException(epoch, step + 1, loss, rate, rescue.get());
      }
      sum += loss * batch.length;
      listener.stepDone(epoch, step + 1, steps, batch.length, loss / dimensions);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!weightsAreFinite()) {
      throw new TrainingDivergedException(epoch, steps, Double.NaN, rate, rescue.get());
    }
    Double validationNll = validation.images() == 0 ? null : validate();
    if (validationNll != null && !Double.isFinite(validationNll)) {
      throw new TrainingDivergedException(epoch, steps, validationNll, rate, rescue.get());
    }
    double nll = sum / order.length / dimensions;
    return new Outcome(nll, validationNll, rate, order.length / seconds);
  }

  /** The last step's loss is taken before its update: that one is seen in the weights only. */
  private boolean weightsAreFinite() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return model.trainable().values().stream()
          .allMatch(weights -> weights.isfinite().all().item_bool());
    }
  }

  /** Notes the maxima that a method refers to, once the weights are final. */
  void noteMaxima(FlowMethod method) {
    if (!model.refersToMaxima(method)) {
      return;
    }
    for (int from = 0; from < training.images(); from += config.batchSize()) {
      int to = Math.min(training.images(), from + config.batchSize());
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        int[] images = IntStream.range(from, to).toArray();
        model.raise(method.maxima(model.ops(), model.latents(training.batch(images))));
      }
    }
  }

  /** The mean negative log-likelihood of the held-out images per latent dimension. */
  private double validate() {
    double sum = 0;
    for (int from = 0; from < validation.images(); from += config.batchSize()) {
      int to = Math.min(validation.images(), from + config.batchSize());
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        int[] images = IntStream.range(from, to).toArray();
        Latents<Tensor> latents = model.model().likelihoodLatents(validation.batch(images));
        sum += NegativeLogLikelihood.mean(model.ops(), latents).item_double() * (to - from);
      }
    }
    return sum / validation.images() / dimensions;
  }

  /**
   * The order of the images in an epoch: a function of seed and epoch, so that a resumed run has it
   * too.
   */
  private int[] order(int epoch) {
    return RandomOrder.of(training.images(), RandomOrder.source(config.seed(), epoch));
  }

  /**
   * Loads a checkpoint of this very training.
   *
   * @throws IOException naming the file, if it belongs to another training or is damaged
   */
  void load(Checkpoint stored, CheckpointFile file, Optimizer optimizer, TrainingStep step)
      throws IOException {
    if (!stored.header().run().equals(identity(step))) {
      throw new IOException(
          file
              + " belongs to another training ("
              + stored.header().run()
              + "; this one is "
              + identity(step)
              + "; features depend on images, weights and threads): delete it and leave out --resume to start anew");
    }
    try {
      model.load(stored.weights());
      optimizer.load(stored.optimizer(), model.model().device());
    } catch (RuntimeException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Says in words what the result depends on; the number of epochs may grow unless the schedule
   * uses it.
   */
  String identity(TrainingStep step) {
    ModelConfig made = model.model().config();
    return "%s, %s, seed %s, %s+%s images with features %08x+%08x%s, batch %s, %s, %s, gradients %s, order %s, epochs %s"
        .formatted(
            made.settings(),
            made.extractor(),
            made.seed(),
            training.images(),
            validation.images(),
            training.checksum(),
            validation.checksum(),
            step.dependsOn(),
            config.batchSize(),
            config.adam(),
            config.rate(),
            config.gradientClip() == null ? "of any size" : "up to " + config.gradientClip(),
            config.seed(),
            config.rate().dependsOnEpochs() ? config.epochs() : "any");
  }
}
