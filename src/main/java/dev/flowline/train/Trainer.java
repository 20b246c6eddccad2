package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ClFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains a model's flow, and the normalisations behind its extractor, by maximum likelihood on the
 * frozen features of good images. Everything random comes from the seeds, so that the same data,
 * seeds and number of threads give the same bits, also when the training was killed and resumed.
 */
public final class Trainer {
  private final AnomalyModel model;
  private final TrainingConfig config;
  private final FeatureCache fit;
  private final FeatureCache validation;
  private final Optional<Negatives> negatives;
  private final Optional<Path> checkpoint;
  private final TrainingListener listener;
  private final long dimensions;

  private int bestEpoch;
  private Double bestNll;
  private Map<String, StoredTensor> bestWeights = Map.of();
  private int lastCheckpoint;

  /**
   * @param model whose weights are changed in place
   * @param fit features to learn from, {@link AnomalyModel#trainingFeatures}, at least one image
   * @param validation {@link AnomalyModel#testFeatures} of held-out good images; empty for none
   * @param checkpoint file that takes the state every few epochs; empty for none
   */
  public Trainer(
      AnomalyModel model,
      TrainingConfig config,
      FeatureCache fit,
      FeatureCache validation,
      Optional<Path> checkpoint,
      TrainingListener listener) {
    this(model, config, fit, validation, Optional.empty(), checkpoint, listener);
  }

  /**
   * @param negatives of the images to learn from, for a method that contrasts
   */
  Trainer(
      AnomalyModel model,
      TrainingConfig config,
      FeatureCache fit,
      FeatureCache validation,
      Optional<Negatives> negatives,
      Optional<Path> checkpoint,
      TrainingListener listener) {
    if (fit.size() == 0) {
      throw new IllegalArgumentException("there are no images to train on");
    }
    if (negatives.isPresent() && negatives.get().images() != fit.size()) {
      throw new IllegalArgumentException(
          "there are negatives of %d images, and %d images to train on"
              .formatted(negatives.get().images(), fit.size()));
    }
    this.model = model;
    this.config = config;
    this.fit = fit;
    this.validation = validation;
    this.negatives = negatives;
    this.checkpoint = checkpoint;
    this.listener = listener;
    dimensions =
        model.cost().latentShapes().stream()
            .mapToLong(shape -> shape[1] * shape[2] * shape[3])
            .sum();
  }

  /**
   * Trains to the end, or until the validation NLL has not improved for long enough; the model then
   * has the weights of the best epoch by validation NLL that trained with the whole loss, or of the
   * last one where there is no validation.
   *
   * @param resume go on from the checkpoint, if there is one
   * @throws TrainingDivergedException if the loss is not finite; the checkpoint is untouched
   * @throws IOException if a checkpoint cannot be written or read, or belongs to another run
   */
  public ModelConfig.TrainingFacts run(boolean resume) throws IOException {
    try (Optimizer optimizer = new Optimizer(model.parameters().trainable().values(), config)) {
      TrainingStep training = TrainingStep.of(model, config, fit, negatives, optimizer);
      int epoch = resume ? restore(optimizer) : 0;
      while (epoch < config.epochs() && !outOfPatience(epoch)) {
        epoch++;
        runEpoch(training, epoch);
        if (epoch % config.checkpointEvery() == 0 || epoch == config.epochs()) {
          save(optimizer, epoch);
        }
      }
      if (!bestWeights.isEmpty()) {
        model.parameters().load(bestWeights);
      }
      if (model.refersToMaxima()) {
        noteMaxima();
      }
      return new ModelConfig.TrainingFacts(
          fit.size(),
          epoch,
          bestEpoch == 0 ? epoch : bestEpoch,
          config.batchSize(),
          config.adam().learningRate(),
          config.adam().weightDecay(),
          bestNll);
    }
  }

  private void runEpoch(TrainingStep training, int epoch) throws IOException {
    int[] order = order(epoch);
    int steps = (order.length + config.batchSize() - 1) / config.batchSize();
    double sum = 0;
    double rate = config.adam().learningRate();
    long start = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      int from = step * config.batchSize();
      int[] batch =
          java.util.Arrays.copyOfRange(
              order, from, Math.min(order.length, from + config.batchSize()));
      long iteration = (long) (epoch - 1) * steps + step;
      rate = config.adam().learningRate() * config.rate().at(iteration, steps, config.epochs());
      double loss = training.take(batch, epoch, rate);
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
    Double validationNll = validation.size() == 0 ? null : validate();
    if (validationNll != null && !Double.isFinite(validationNll)) {
      throw new TrainingDivergedException(epoch, steps, validationNll, rate, rescue());
    }
    boolean best =
        validationNll != null
            && !training.prepares(epoch)
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
      return model.parameters().trainable().values().stream()
          .allMatch(weights -> weights.isfinite().all().item_bool());
    }
  }

  private void noteMaxima() {
    for (int from = 0; from < fit.size(); from += config.batchSize()) {
      int to = Math.min(fit.size(), from + config.batchSize());
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        model.raiseMaxima(model.latents(fit.batch(IntStream.range(from, to).toArray())));
      }
    }
  }

  /** Mean negative log-likelihood of the held-out images by latent dimension. */
  private double validate() {
    double sum = 0;
    for (int from = 0; from < validation.size(); from += config.batchSize()) {
      int to = Math.min(validation.size(), from + config.batchSize());
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        Latents<Tensor> latents =
            model.testLatents(validation.batch(IntStream.range(from, to).toArray()));
        sum += NegativeLogLikelihood.mean(model.ops(), latents).item_double() * (to - from);
      }
    }
    return sum / validation.size() / dimensions;
  }

  /**
   * The order of the images in an epoch: a function of seed and epoch, so that a resumed run has it
   * too.
   */
  private int[] order(int epoch) {
    return RandomOrder.of(fit.size(), RandomOrder.source(config.seed(), epoch));
  }

  private boolean outOfPatience(int epoch) {
    return config.patience() > 0 && bestEpoch > 0 && epoch - bestEpoch >= config.patience();
  }

  private void save(Optimizer optimizer, int epoch) throws IOException {
    if (checkpoint.isEmpty()) {
      return;
    }
    Checkpoint.Position progress = new Checkpoint.Position(run(), epoch, bestEpoch, bestNll);
    new Checkpoint(progress, model.learnedState(), bestWeights, optimizer.store())
        .write(checkpoint.get());
    lastCheckpoint = epoch;
    listener.checkpointWritten(epoch);
  }

  private int restore(Optimizer optimizer) throws IOException {
    if (checkpoint.isEmpty() || !Files.exists(checkpoint.get())) {
      return 0;
    }
    Checkpoint stored = Checkpoint.read(checkpoint.get());
    if (!stored.progress().run().equals(run())) {
      throw new IOException(
          checkpoint.get()
              + " belongs to another training ("
              + stored.progress().run()
              + "; this one is "
              + run()
              + "; features depend on images, weights and threads): delete it and leave out --resume to start anew");
    }
    try {
      model.parameters().load(stored.weights());
      optimizer.load(stored.optimizer(), model.device());
    } catch (RuntimeException e) {
      throw new IOException(checkpoint.get() + " is damaged: " + e.getMessage(), e);
    }
    bestEpoch = stored.progress().bestEpoch();
    bestNll = stored.progress().bestNll();
    bestWeights = stored.best();
    lastCheckpoint = stored.progress().epoch();
    return stored.progress().epoch();
  }

  /**
   * What the result depends on, in words; the number of epochs may grow unless the schedule uses
   * it.
   */
  private String run() {
    return "%s, %s, seed %d, %d+%d images with features %08x+%08x%s, batch %d, %s, %s, gradients %s, order %d, epochs %s"
        .formatted(
            model.config().settings(),
            model.config().extractor(),
            model.config().seed(),
            fit.size(),
            validation.size(),
            fit.checksum(),
            validation.checksum(),
            negatives.map(this::negatives).orElse(""),
            config.batchSize(),
            config.adam(),
            config.rate(),
            config.gradientClip() == null ? "of any size" : "up to " + config.gradientClip(),
            config.seed(),
            config.rate().dependsOnEpochs() ? config.epochs() : "any");
  }

  private String negatives(Negatives of) {
    int warmUp = ((ClFlow) model.config().settings()).warmUp(config.epochs());
    return ", negatives %08x after %d epochs".formatted(of.checksum(), warmUp);
  }

  private String rescue() {
    return lastCheckpoint == 0
        ? "no checkpoint had been written yet"
        : "the state after epoch " + lastCheckpoint + " is kept in " + checkpoint.get();
  }
}
