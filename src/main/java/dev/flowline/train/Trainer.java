package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Trains a model's flow, and the normalisations behind its extractor, by maximum likelihood on the
 * frozen features of good images. Everything random comes from the seeds, so that the same data,
 * seeds and number of threads give the same bits, also when the training was killed and resumed.
 */
final class Trainer implements Learner {
  private final TrainableModel model;
  private final FlowMethod method;
  private final TrainingConfig config;
  private final int lastEpoch;
  private final Epochs epochs;
  private final Function<Optimizer, TrainingStep> steps;
  private final CheckpointFile checkpoint;
  private final TrainingListener listener;

  private int bestEpoch;
  private Double bestNll;
  private Map<String, StoredTensor> bestWeights = Map.of();
  private int lastCheckpoint;

  /**
   * Prepares a training.
   *
   * @param model whose weights are changed in place
   * @param lastEpoch after which it ends, whatever the learning rate's course is made for
   * @param steps makes what an update is, with the optimiser that is to take it
   * @param checkpoint takes the state every few epochs
   */
  Trainer(
      TrainableModel model,
      FlowMethod method,
      Epochs epochs,
      int lastEpoch,
      Function<Optimizer, TrainingStep> steps,
      CheckpointFile checkpoint,
      TrainingListener listener) {
    this.model = model;
    this.method = method;
    this.epochs = epochs;
    this.lastEpoch = lastEpoch;
    this.steps = steps;
    this.checkpoint = checkpoint;
    this.listener = listener;
    config = epochs.config();
  }

  /**
   * Trains to the end, or until the validation NLL has not improved for long enough; the model then
   * has the weights of the best epoch by validation NLL that trained with the whole loss, or of the
   * last one if there is no validation.
   */
  @Override
  public ModelConfig.TrainingFacts run(boolean resume) throws IOException {
    try (Optimizer optimizer = new Optimizer(model, config)) {
      TrainingStep step = steps.apply(optimizer);
      int epoch = resume ? restore(optimizer, step) : 0;
      while (epoch < lastEpoch && !outOfPatience(epoch)) {
        epoch++;
        runEpoch(step, epoch);
        if (epoch % config.checkpointEvery() == 0 || epoch == lastEpoch) {
          save(optimizer, step, epoch);
        }
      }
      if (!bestWeights.isEmpty()) {
        model.load(bestWeights);
      }
      epochs.noteMaxima(method);
      return new ModelConfig.TrainingFacts(
          epochs.images(),
          epoch,
          bestEpoch == 0 ? epoch : bestEpoch,
          config.batchSize(),
          config.adam().learningRate(),
          config.adam().weightDecay(),
          bestNll);
    }
  }

  private void runEpoch(TrainingStep taken, int epoch) {
    Epochs.Outcome outcome = epochs.run(taken, epoch, this::rescue);
    Double validationNll = outcome.validationNll();
    boolean best =
        validationNll != null
            && !taken.prepares(epoch)
            && (bestNll == null || validationNll < bestNll);
    if (best) {
      bestEpoch = epoch;
      bestNll = validationNll;
      bestWeights = model.learnedState();
    }
    listener.epochDone(outcome.record(epoch, best));
  }

  private boolean outOfPatience(int epoch) {
    return config.patience() > 0 && bestEpoch > 0 && epoch - bestEpoch >= config.patience();
  }

  private void save(Optimizer optimizer, TrainingStep step, int epoch) throws IOException {
    Checkpoint.Header header =
        new Checkpoint.Header(epochs.identity(step), epoch, bestEpoch, bestNll);
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
    epochs.load(stored, checkpoint, optimizer, step);
    Checkpoint.Header header = stored.header();
    bestEpoch = header.bestEpoch();
    bestNll = header.bestNll();
    bestWeights = stored.best();
    lastCheckpoint = header.epoch();
    return header.epoch();
  }

  private String rescue() {
    return checkpoint.rescue(lastCheckpoint);
  }
}
