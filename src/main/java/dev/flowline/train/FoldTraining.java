package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.TrainableModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The training of a model without one fold, epoch by epoch. Trainings of several folds can share
 * one model: its weights are put in before an epoch and taken out after it.
 */
final class FoldTraining implements FoldLearner {
  private final TrainableModel model;
  private final FlowMethod method;
  private final Epochs epochs;
  private final Optimizer optimizer;
  private final TrainingStep step;
  private final CheckpointFile checkpoint;
  private final List<Double> heldOutNll = new ArrayList<>(); // after each epoch

  private Map<String, StoredTensor> weights;
  private Map<String, StoredTensor> best = Map.of();
  private int lastCheckpoint;

  /**
   * Prepares a training from the weights that the model has now.
   *
   * @param steps makes what an update is, with the optimiser that is to take it
   */
  FoldTraining(
      TrainableModel model,
      FlowMethod method,
      Epochs epochs,
      Function<Optimizer, TrainingStep> steps,
      CheckpointFile checkpoint) {
    this.model = model;
    this.method = method;
    this.epochs = epochs;
    this.checkpoint = checkpoint;
    weights = model.learnedState();
    optimizer = new Optimizer(model, epochs.config());
    step = steps.apply(optimizer);
  }

  /** The number of epochs done. */
  int epoch() {
    return heldOutNll.size();
  }

  /** Whether an epoch only prepares for the whole loss, so that its weights are none to keep. */
  boolean prepares(int epoch) {
    return step.prepares(epoch);
  }

  /** The NLL of the held-out fold after an epoch, counted from 1. */
  double heldOutNll(int epoch) {
    return heldOutNll.get(epoch - 1);
  }

  /** Runs the next epoch. */
  Epochs.Outcome advance() {
    model.load(weights);
    Epochs.Outcome outcome = epochs.run(step, epoch() + 1, () -> checkpoint.rescue(lastCheckpoint));
    heldOutNll.add(outcome.validationNll());
    weights = model.learnedState();
    return outcome;
  }

  /** Notes the present weights as the best. */
  void keep() {
    best = weights;
  }

  /**
   * Writes the checkpoint.
   *
   * @param bestEpoch of all folds together
   */
  void save(int bestEpoch, Double bestNll) throws IOException {
    Checkpoint.Header header =
        new Checkpoint.Header(
            epochs.identity(step), epoch(), bestEpoch, bestNll, null, List.copyOf(heldOutNll));
    if (checkpoint.write(new Checkpoint(header, weights, best, optimizer.store()))) {
      lastCheckpoint = epoch();
    }
  }

  /**
   * Goes on from the checkpoint, if there is one.
   *
   * @throws IOException naming the file, if it belongs to another training or is damaged
   */
  void restore() throws IOException {
    Optional<Checkpoint> found = checkpoint.read();
    if (found.isEmpty()) {
      return;
    }
    Checkpoint stored = found.get();
    epochs.load(stored, checkpoint, optimizer, step);
    List<Double> known = stored.header().heldOutNll();
    if (known == null || known.size() != stored.header().epoch()) {
      throw new IOException(checkpoint + " is damaged: it has no NLL of its fold by epoch");
    }
    heldOutNll.addAll(known);
    weights = stored.weights();
    best = stored.best();
    lastCheckpoint = epoch();
  }

  @Override
  public void load() {
    model.load(best.isEmpty() ? weights : best);
    epochs.noteMaxima(method);
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
