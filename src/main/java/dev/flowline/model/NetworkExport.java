package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.io.OneLine;
import dev.flowline.nn.GraphValue;
import dev.flowline.nn.OnnxFile;
import dev.flowline.nn.OnnxOps;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * The export of a model's networks, extractor and flow together, as one ONNX graph: from
 * preprocessed images, (N, 3, H, W) float32 for any N, to the latents by scale, finest first, and
 * the model's own anomaly map and score.
 */
public final class NetworkExport {
  /** The name of the input. */
  public static final String IMAGES = "images";

  /** The name of the anomaly map, (N, 1, H, W). */
  public static final String ANOMALY_MAP = "anomaly_map";

  /** The name of the anomaly score, (N). */
  public static final String ANOMALY_SCORE = "anomaly_score";

  private NetworkExport() {}

  /** Returns the name of a scale's latents, counted from 0, the finest. */
  public static String latents(int scale) {
    return "latents_" + scale;
  }

  /** Returns why a model cannot be exported, in one sentence; empty if it can. */
  public static Optional<String> obstacle(AnomalyModel model) {
    ModelConfig config = model.config();
    if (config.extractor().network() != null) {
      return Optional.of(
          "its extractor is a network from a file, %s, which is not rewritten"
              .formatted(OneLine.of(config.extractor().network().file())));
    }
    if (!model.folds().isEmpty()) {
      return Optional.of(
          "the models of its %s folds judge each part too, and an exported file holds one network: 'flowline calibrate MODEL --good DIR' leaves the folds out"
              .formatted(model.folds().size()));
    }
    if (config.settings().testRotations() > 0) {
      return Optional.of(
          "it turns each image %s times before the network sees it, which no standard operator does to the same pixels"
              .formatted(config.settings().testRotations()));
    }
    return model.hasPositions()
        ? Optional.empty()
        : Optional.of(
            "its anomaly map is the gradient of the network, which an exported network does not have");
  }

  /**
   * Writes down the networks of a model on the CPU.
   *
   * @param metadata texts for who reads the file, by key
   * @param weightsFile the name of a second file, which is needed from 2 GB on
   * @throws IllegalArgumentException saying why the model {@linkplain #obstacle cannot be exported}
   */
  public static OnnxFile of(AnomalyModel model, Map<String, String> metadata, String weightsFile) {
    Optional<String> obstacle = obstacle(model);
    if (obstacle.isPresent()) {
      throw new IllegalArgumentException("the model cannot be exported: " + obstacle.get());
    }
    if (!model.device().equals(Device.CPU)) {
      throw new IllegalArgumentException(
          "a model is exported from the CPU, this one is on " + model.device());
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      OnnxOps ops = new OnnxOps(model.parameters());
      int height = model.config().preprocessing().height();
      int width = model.config().preprocessing().width();
      GraphValue images = ops.input(IMAGES, 3, height, width);
      Method method = model.config().settings();
      List<GraphValue> features = model.extractor().features(ops, images);
      Latents<GraphValue> latents = method.latents(ops, model.extractor(), features);
      for (int scale = 0; scale < latents.values().size(); scale++) {
        ops.output(latents(scale), latents.values().get(scale));
      }
      GraphValue map = method.anomalyMap(ops, latents, height, width);
      ops.output(ANOMALY_MAP, map);
      ops.output(ANOMALY_SCORE, method.anomalyScore(ops, latents, map));
      return ops.model(FlowlineVersion.current(), metadata, weightsFile);
    }
  }
}
