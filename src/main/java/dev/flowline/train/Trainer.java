package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains a model's flow, and the normalisations behind its extractor, by maximum likelihood on the
 * frozen features of good images. Everything random comes from the seeds, so that the same data,
 * seeds and number of threads give the same bits, also when the training was killed and resumed.
 */
final class Trainer implements Learner {
  private final TrainableModel model;
  private final FlowMethod method;
  private final TrainingConfig config;
  private final TrainingSet training;
  private final HeldOutSet validation;
  private final Function<Optimizer, TrainingStep> steps;
  private final CheckpointFile checkpoint;
  private final TrainingListener listener;
  private final long dimensions;

  private int bestEpoch;
  private Double bestNll;
  private Map<String, StoredTensor> bestWeights = Map.of();
  private int lastCheckpoint;

  /**
   * The features that a training works on.
   *
   * @param validation may have no images
   */
  record Data(TrainingSet training, HeldOutSet validation) {}

  /**
   * Prepares a training.
   *
   * @param model whose weights are changed in place
   * @param steps makes what an update is, with the optimiser that is to take it
   * @param checkpoint takes the state every few epochs
   */
  Trainer(
      TrainableModel model,
      FlowMethod method,
      TrainingConfig config,
      Data data,
      Function<Optimizer, TrainingStep> steps,
      CheckpointFile checkpoint,
      TrainingListener listener) {
    this.model = model;
    this.method = method;
    this.config = config;
    this.training = data.training;
    this.validation = data.validation;
    this.steps = steps;
    this.checkpoint = checkpoint;
    this.listener = listener;
    dimensions = model.model().shapes().latentDimensions();
  }

  /**
   * Trains to the end, or until the validation NLL has not improved for long enough; the model then
   * has the weights of the best epoch by validation NLL that trained with the whole loss, or of the
   * last one if there is no validation.
   */
  @Override
  public ModelConfig.TrainingFacts run(boolean resume) throws IOException {
    try (Optimizer optimizer = new Optimizer(model.trainable().values(), config)) {
      TrainingStep step = steps.apply(optimizer);
      int epoch = resume ? restore(optimizer, step) : 0;
      while (epoch < config.epochs() && !outOfPatience(epoch)) {
        epoch++;
        runEpoch(step, epoch);
        if (epoch % config.checkpointEvery() == 0 || epoch == config.epochs()) {
          save(optimizer, step, epoch);
        }
      }
      if (!bestWeights.isEmpty()) {
        model.load(bestWeights);
      }
      if (model.refersToMaxima(method)) {
        noteMaxima();
      }
      return new ModelConfig.TrainingFacts(
          training.images(),
          epoch,
          bestEpoch == 0 ? epoch : bestEpoch,
          config.batchSize(),
          config.adam().learningRate(),
          config.adam().weightDecay(),
          bestNll);
    }
  }

  private void runEpoch(TrainingStep taken, int epoch) throws IOException {
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
        throw new TrainingDivergedException(epoch, step + 1, loss, rate, rescue());
      }
      sum += loss * batch.length;
      listener.stepDone(epoch, step + 1, steps, batch.length, loss / dimensions);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!weightsAreFinite()) {
      throw new TrainingDivergedException(epoch, steps, Double.NaN, rate, rescue());
    }
    Double validationNll = validation.images() == 0 ? null : validate();
    if (validationNll != null && !Double.isFinite(validationNll)) {
      throw new TrainingDivergedException(epoch, steps, validationNll, rate, rescue());
    }
    boolean best =
        validationNll != null
            && !taken.prepares(epoch)
            && (bestNll == null || validationNll < bestNll);
    if (best) {
      bestEpoch = epoch;
      bestNll = validationNll;
      bestWeights = model.learnedState();
    }
    double trainNll = sum / order.length / dimensions;
    listener.epochDone(
        new EpochRecord(epoch, trainNll, validationNll, rate, order.length / seconds, best));
  }

  /** The last step's loss is taken before its update: that one is seen in the weights only. */
  private boolean weightsAreFinite() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return model.trainable().values().stream()
          .allMatch(weights -> weights.isfinite().all().item_bool());
    }
  }

  private void noteMaxima() {
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
        Latents<Tensor> latents = model.model().testLatents(validation.batch(images));
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

  private boolean outOfPatience(int epoch) {
    return config.patience() > 0 && bestEpoch > 0 && epoch - bestEpoch >= config.patience();
  }

  private void save(Optimizer optimizer, TrainingStep step, int epoch) throws IOException {
    Checkpoint.Header header = new Checkpoint.Header(identity(step), epoch, bestEpoch, bestNll);
    Checkpoint state = new Checkpoint(header, model.learnedState(), bestWeights, optimizer.store());
    if (checkpoint.write(state)) {
      lastCheckpoint = epoch;
      listener.checkpointWritten(epoch);
    }
  }

  private int restore(Optimizer optimizer, TrainingStep step) throws IOException {
    Optional<Checkpoint> found = checkpoint.read();
    if (found.isEmpty()) {
      return 0;
    }
    Checkpoint stored = found.get();
    Checkpoint.Header header = stored.header();
    if (!header.run().equals(identity(step))) {
      throw new IOException(
          checkpoint
              + " belongs to another training ("
              + header.run()
              + "; this one is "
              + identity(step)
              + "; features depend on images, weights and threads): delete it and leave out --resume to start anew");
    }
    try {
      model.load(stored.weights());
      optimizer.load(stored.optimizer(), model.model().device());
    } catch (RuntimeException e) {
      throw new IOException(checkpoint + " is damaged: " + e.getMessage(), e);
    }
    bestEpoch = header.bestEpoch();
    bestNll = header.bestNll();
    bestWeights = stored.best();
    lastCheckpoint = header.epoch();
    return header.epoch();
  }

  /**
   * Says in words what the result depends on; the number of epochs may grow unless the schedule
   * uses it.
   */
  private String identity(TrainingStep step) {
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

  private String rescue() {
    return lastCheckpoint == 0
        ? "no checkpoint had been written yet"
        : "the state after epoch " + lastCheckpoint + " is kept in " + checkpoint;
  }
}
