package dev.flowline.model;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.InferenceOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An extractor with its weights and without a flow: the features are those of every {@link
 * AnomalyModel} with this extractor. It opens no scope and sets no grad mode.
 */
public final class FrozenExtractor implements AutoCloseable {
  private final FeatureExtractor extractor;
  private final Parameters parameters;
  private final InferenceOps ops;

  /**
   * Puts weights into an extractor.
   *
   * @param weights all frozen parameters
   * @param device where it computes
   * @throws IllegalArgumentException if the weights do not fit, or the input size does not suit
   */
  public FrozenExtractor(
      ExtractorConfig config,
      Preprocessing preprocessing,
      Map<String, StoredTensor> weights,
      Device device) {
    extractor = config.create();
    parameters =
        Parameters.restored(
            extractor.frozenParameters(preprocessing.height(), preprocessing.width()), weights);
    try {
      parameters.frozenChannelsLast();
      parameters.moveTo(device);
    } catch (RuntimeException | Error e) {
      parameters.close();
      throw e;
    }
    ops = new InferenceOps(parameters);
  }

  /**
   * Returns frozen features, as {@link AnomalyModel#features} does.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   */
  public List<Tensor> features(Tensor images) {
    return features(extractor, ops, images, parameters.device());
  }

  static List<Tensor> features(
      FeatureExtractor extractor, TorchOps ops, Tensor images, Device device) {
    Tensor there = Tensors.on(device, images);
    return extractor.features(ops, Tensors.channelsLast(there)).stream()
        .map(Tensor::contiguous)
        .toList();
  }

  @Override
  public void close() {
    ops.close();
    parameters.close();
  }
}
