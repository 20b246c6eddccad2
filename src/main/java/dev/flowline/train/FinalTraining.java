package dev.flowline.train;

import dev.flowline.data.Folds;
import dev.flowline.model.ClFlow;
import dev.flowline.model.Method;
import java.util.stream.IntStream;

/**
 * The training of the model that learns from all images, once the folds have chosen an epoch: about
 * as many updates as each fold's model took. A flow that takes more has other maps, and the
 * threshold, which rests on the folds' maps, would let more good images alarm than expected.
 *
 * @param config with fewer epochs than the folds', by which the learning rate's course goes
 * @param lastEpoch after which the training ends
 */
record FinalTraining(TrainingConfig config, int lastEpoch) {

  /**
   * Returns the training that follows the folds'.
   *
   * @param chosen the epoch that is best for the folds
   */
  static FinalTraining of(Method method, TrainingConfig ofFolds, int chosen, Folds folds) {
    double ofOneFold =
        IntStream.range(0, folds.count())
            .mapToDouble(fold -> updates(folds.outside(fold).size(), ofFolds))
            .average()
            .orElseThrow();
    double share = ofOneFold / updates(folds.images(), ofFolds);
    TrainingConfig config = ofFolds.withEpochs(epochs(share, ofFolds.epochs()));
    int last = epochs(share, chosen);
    if (method instanceof ClFlow contrasted) { // its warm-up alone is no training
      last = Math.max(last, Math.min(chosen, contrasted.warmUp(config.epochs()) + 1));
    }
    return new FinalTraining(config, last);
  }

  private static int epochs(double share, int ofFolds) {
    return (int) Math.max(1, Math.round(share * ofFolds));
  }

  /** Returns the updates of an epoch. */
  private static double updates(int images, TrainingConfig config) {
    return Math.ceil(images * (1.0 + config.augment()) / config.batchSize());
  }
}
