package dev.flowline.peer;

import dev.flowline.benchmarks.Networks;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.train.EpochOfFeatures;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Flowline's training beside its peer's: the same weights, the same features, the same optimiser,
 * by turns. Before anything is measured, both must take the same steps.
 */
final class TrainingComparison {
  /** The part of a comparison that is measured. */
  static final String PART = "training step";

  private static final int BATCH = 8;
  private static final int STEPS = 8; // of an epoch
  private static final int STEPS_COMPARED = 3; // the second knows the gradients, the third Adam
  private static final double ALIKE = 1e-3;
  private static final long SEED = 11;

  /** The times of both programs, and the largest difference of their NLL, as a share of it. */
  record Measured(List<Series> series, double difference) {}

  private TrainingComparison() {}

  /**
   * Measures a network.
   *
   * @throws IOException if features cannot be kept
   * @throws IllegalStateException if the two do not take the same steps
   */
  static Measured measure(Backbone backbone, int size, Turns turns) throws IOException {
    double difference = difference(backbone, size);
    try (AnomalyModel model = Networks.model(backbone, size);
        TensorScope scope = TensorScope.open()) {
      Tensor images = images(size, BATCH * STEPS);
      try (Program peer = new EagerTraining(model, features(model, images), BATCH);
          Program ours = new FlowlineTraining(new EpochOfFeatures(model, images), BATCH)) {
        List<Series> series =
            turns.measure(List.of(peer, ours)).stream()
                .map(s -> new Series(s.program(), PART, s.millis()))
                .toList();
        return new Measured(series, difference);
      }
    }
  }

  /** Trains both on one batch, whose order does not matter. */
  private static double difference(Backbone backbone, int size) throws IOException {
    try (AnomalyModel model = Networks.model(backbone, size);
        TensorScope scope = TensorScope.open()) {
      Tensor images = images(size, BATCH);
      try (EagerTraining peer = new EagerTraining(model, features(model, images), BATCH);
          EpochOfFeatures ours = new EpochOfFeatures(model, images)) {
        List<Double> expected = peer.train(STEPS_COMPARED);
        List<Double> actual = ours.run(STEPS_COMPARED, BATCH);
        double worst = 0;
        for (int i = 0; i < STEPS_COMPARED; i++) {
          double apart = Math.abs(expected.get(i) - actual.get(i));
          worst = Math.max(worst, apart / Math.abs(expected.get(i)));
        }
        if (!(worst <= ALIKE)) {
          throw new IllegalStateException(
              "the NLL of the steps is %s, the peer's is %s".formatted(actual, expected));
        }
        return worst;
      }
    }
  }

  private static Tensor images(int size, int count) {
    return TensorCopy.tensor(Networks.uniform(SEED, 1.7, count, 3, size, size));
  }

  /** Returns the features as a program in Python keeps them, channels first. */
  private static List<Tensor> features(AnomalyModel model, Tensor images) {
    try (NoGradGuard constant = new NoGradGuard()) {
      return model.features(images).stream().map(Tensor::contiguous).toList();
    }
  }
}
