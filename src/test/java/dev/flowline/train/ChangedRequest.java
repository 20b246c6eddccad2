package dev.flowline.train;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/** A request for a training like another one, but for what is set. */
final class ChangedRequest {
  private ModelConfig config;
  private CalibrationPlan calibration;
  private Dataset dataset;
  private List<Path> weights;
  private double validationFraction;
  private TrainingConfig training;
  private long cacheBytes;
  private final Path output;
  private boolean resume;
  private ModelMaker maker;

  private ChangedRequest(TrainingRequest from) {
    config = from.config();
    calibration = from.calibration();
    dataset = from.dataset();
    weights = from.weights();
    validationFraction = from.validationFraction();
    training = from.training();
    cacheBytes = from.cacheBytes();
    output = from.output();
    resume = from.resume();
    maker = from.maker();
  }

  static ChangedRequest of(TrainingRequest from) {
    return new ChangedRequest(from);
  }

  ChangedRequest config(ModelConfig other) {
    config = other;
    return this;
  }

  ChangedRequest calibration(CalibrationPlan other) {
    calibration = other;
    return this;
  }

  ChangedRequest dataset(Dataset other) {
    dataset = other;
    return this;
  }

  ChangedRequest weights(List<Path> other) {
    weights = other;
    return this;
  }

  ChangedRequest validationFraction(double other) {
    validationFraction = other;
    return this;
  }

  ChangedRequest training(TrainingConfig other) {
    training = other;
    return this;
  }

  ChangedRequest cacheBytes(long other) {
    cacheBytes = other;
    return this;
  }

  ChangedRequest resume(boolean other) {
    resume = other;
    return this;
  }

  ChangedRequest maker(ModelMaker other) {
    maker = other;
    return this;
  }

  TrainingRequest request() {
    return new TrainingRequest(
        config,
        calibration,
        dataset,
        weights,
        validationFraction,
        training,
        cacheBytes,
        output,
        resume,
        maker);
  }
}
