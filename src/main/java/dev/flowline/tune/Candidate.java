package dev.flowline.tune;

import dev.flowline.compare.PlannedModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.TrainingConfig;
import java.util.List;

/**
 * A candidate of a tuning: a model over an extractor at an input size, and how it is trained.
 *
 * @param model its label tells it from the others
 * @param mostEpochs the epochs of its recipe, at least 1; 1 for a model that is fitted
 */
public record Candidate(PlannedModel model, int mostEpochs) {
  public Candidate {
    if (mostEpochs < 1) {
      throw new IllegalArgumentException("mostEpochs must be at least 1, got " + mostEpochs);
    }
  }

  /** Returns what tells it from the others. */
  public String label() {
    return model.label();
  }

  /** Returns whether it is fitted and not trained, so that epochs mean nothing to it. */
  public boolean isFitted() {
    return config().model().facts().recipe() == null;
  }

  ModelConfig config() {
    return model.base();
  }

  /** Returns the pixels of its input. */
  long pixels() {
    return (long) config().preprocessing().height() * config().preprocessing().width();
  }

  /** Returns what its time grows in with the input: all but the input. */
  Object family() {
    return List.of(config().model(), config().settings(), config().extractor().name(), mostEpochs);
  }

  /** Returns the model to be trained for so many epochs. */
  PlannedModel trained(int epochs) {
    return new PlannedModel(
        model.label(),
        model.base(),
        model.weights(),
        (category, seed) -> {
          TrainingConfig usual = model.training().on(category, seed);
          return isFitted() ? usual : usual.withEpochs(epochs);
        });
  }
}
