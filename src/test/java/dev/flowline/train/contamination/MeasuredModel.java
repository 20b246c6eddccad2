package dev.flowline.train.contamination;

import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.train.TrainingConfig;
import java.util.List;

/**
 * A model that is small enough to be trained hundreds of times on one core.
 *
 * @param size of its input, height and width
 * @param folds of its cross-fitting
 */
record MeasuredModel(ModelKind kind, Method method, TrainingConfig how, int size, int folds) {
  private static final TrainingConfig SHORT = TrainingConfig.of(6, 10, 1e-3, 0).withPatience(2);

  static MeasuredModel of(ModelKind kind) {
    return switch (kind) {
      case PADIM ->
          new MeasuredModel(kind, new Padim(40, 0.01, 4), TrainingConfig.fitted(0), 128, 5);
      case FASTFLOW ->
          new MeasuredModel(kind, new FastFlow(2, List.of(3), 1, SoftClamp.TANH), SHORT, 64, 3);
      case U_FLOW -> new MeasuredModel(kind, new UFlow(1, SoftClamp.TANH), SHORT, 64, 3);
      default -> throw new IllegalArgumentException(kind + " is not measured");
    };
  }

  ModelConfig config(String category) {
    ExtractorConfig extractor = ExtractorConfig.of(Backbone.RESNET18);
    return TinyLine.config(kind, category, extractor, method, size, size, 0);
  }

  CalibrationPlan plan() {
    return new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE)
        .crossFitted(new CrossFitting(folds));
  }
}
