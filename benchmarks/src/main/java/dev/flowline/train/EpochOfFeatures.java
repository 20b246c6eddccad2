package dev.flowline.train;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Epochs of a training on the features of some images, without validation and files. */
public final class EpochOfFeatures implements AutoCloseable {
  private static final double LEARNING_RATE = 1e-4;
  private static final Path NEVER_SPILLED = Path.of("target");

  private final AnomalyModel model;
  private final FeatureCache cached;

  /**
   * Extracts the features.
   *
   * @param model is trained; stays the caller's
   * @param images (N, 3, H, W)
   * @throws IOException if the features cannot be kept
   */
  public EpochOfFeatures(AnomalyModel model, Tensor images) throws IOException {
    this.model = model;
    List<long[]> shapes =
        model.shapes().features().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    cached = new FeatureCache(shapes, Long.MAX_VALUE, NEVER_SPILLED);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      cached.add(model.features(images));
    }
  }

  /**
   * Trains: forward, backward, Adam. The optimiser begins anew.
   *
   * @param batch images a step; the optimiser's state is made once a call, which one long epoch
   *     saves
   * @return the NLL of each step by dimension
   * @throws IOException if the features cannot be read
   */
  public List<Double> run(int epochs, int batch) throws IOException {
    List<Double> nll = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int step, int steps, int batchSize, double value) {
            nll.add(value);
          }
        };
    try (FeatureCache none = new FeatureCache(List.of(), 0, NEVER_SPILLED)) {
      Learner.of(
              new TrainableModel(model),
              TrainingConfig.of(epochs, batch, LEARNING_RATE, 1),
              new TrainingSet(cached),
              new HeldOutSet(none),
              Negatives.NONE,
              CheckpointFile.NONE,
              listener)
          .run(false);
    }
    return nll;
  }

  @Override
  public void close() throws IOException {
    cached.close();
  }
}
