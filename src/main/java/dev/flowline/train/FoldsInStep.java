package dev.flowline.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The trainings of all folds, one epoch of each after the other. So the mean NLL of the held-out
 * images chooses one epoch for all of them, and for the model that learns from all images: no image
 * chooses the epoch of its own statistic alone.
 */
final class FoldsInStep {
  private final List<FoldTraining> folds;
  private final TrainingConfig config;
  private final TrainingListener listener;

  private int bestEpoch;
  private Double bestNll;

  /**
   * The epoch that is best for all folds.
   *
   * @param meanHeldOutNll after it, per latent dimension, in nats
   */
  record Chosen(int epoch, double meanHeldOutNll) {}

  FoldsInStep(List<FoldTraining> folds, TrainingConfig config, TrainingListener listener) {
    this.folds = List.copyOf(folds);
    this.config = config;
    this.listener = listener;
  }

  /**
   * Trains all folds to the end, or until the mean has not improved for long enough.
   *
   * @param resume go on from the checkpoints, if there are any. A killed training may have left
   *     folds one checkpoint apart: those behind catch up.
   */
  Chosen run(boolean resume) throws IOException {
    for (FoldTraining fold : folds) {
      if (resume) {
        fold.restore();
      }
    }
    int epoch = 0;
    while (epoch < config.epochs() && !outOfPatience(epoch)) {
      epoch++;
      runEpoch(epoch);
    }
    return bestEpoch == 0
        ? new Chosen(epoch, mean(epoch)) // every epoch was one of preparation
        : new Chosen(bestEpoch, bestNll);
  }

  private void runEpoch(int epoch) throws IOException {
    List<FoldTraining> advanced = new ArrayList<>();
    double trainNll = 0;
    for (int fold = 0; fold < folds.size(); fold++) {
      FoldTraining training = folds.get(fold);
      if (training.epoch() < epoch) {
        listener.foldBegins(fold + 1, folds.size());
        trainNll += training.advance().nll() / folds.size();
        advanced.add(training);
      }
    }
    double mean = mean(epoch);
    boolean best = !folds.get(0).prepares(epoch) && (bestNll == null || mean < bestNll);
    if (best) {
      bestEpoch = epoch;
      bestNll = mean;
      advanced.forEach(FoldTraining::keep);
    }
    if (advanced.size() == folds.size()) {
      List<Double> nlls = folds.stream().map(fold -> fold.heldOutNll(epoch)).toList();
      listener.foldsEpochDone(new FoldsEpochRecord(epoch, trainNll, nlls, mean, best));
    }
    if (epoch % config.checkpointEvery() == 0 || epoch == config.epochs()) {
      for (FoldTraining training : advanced) {
        training.save(bestEpoch, bestNll);
      }
    }
  }

  private double mean(int epoch) {
    return folds.stream().mapToDouble(fold -> fold.heldOutNll(epoch)).average().orElseThrow();
  }

  private boolean outOfPatience(int epoch) {
    return config.patience() > 0 && bestEpoch > 0 && epoch - bestEpoch >= config.patience();
  }
}
