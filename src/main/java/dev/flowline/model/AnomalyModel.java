package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Extractor and flow with their weights, on one device. It opens no scope and sets no grad mode:
 * what it returns belongs to the caller's {@link dev.flowline.tensor.TensorScope}. Concurrent
 * inference is safe; training is not.
 */
public final class AnomalyModel implements AutoCloseable {
  private final ModelConfig config;
  private final FeatureExtractor extractor;
  private final Flow flow;
  private final Parameters parameters;
  private final TorchOps ops;

  private AnomalyModel(ModelConfig config, Map<String, StoredTensor> stored, boolean initialise) {
    this.config = config;
    extractor = config.extractor().create();
    long height = config.preprocessing().height();
    long width = config.preprocessing().width();
    CostOps cost = new CostOps();
    List<long[]> features =
        extractor.normalize(cost, extractor.features(cost, new long[] {1, 3, height, width}));
    flow = config.model().flow(config, features.stream().map(shape -> shape[1]).toList());
    flow.forward(cost, features);
    parameters =
        initialise
            ? new Parameters(cost.parameters(), stored, config.seed())
            : Parameters.restored(cost.parameters(), stored);
    parameters.frozenChannelsLast();
    ops = new TorchOps(parameters);
  }

  /**
   * A new model: what is trained is initialised from the configuration's seed.
   *
   * @param frozen all frozen parameters of the extractor
   * @throws IllegalArgumentException if they do not fit, or the input size does not suit the
   *     extractor
   */
  public static AnomalyModel create(ModelConfig config, Map<String, StoredTensor> frozen) {
    return new AnomalyModel(config, frozen, true);
  }

  /**
   * A model with all its parameters given.
   *
   * @throws IllegalArgumentException if one is missing or does not fit
   */
  public static AnomalyModel restore(ModelConfig config, Map<String, StoredTensor> stored) {
    return new AnomalyModel(config, stored, false);
  }

  /**
   * @throws IOException naming the file, if it is no readable model
   */
  public static AnomalyModel open(Path file) throws IOException {
    ModelFile stored = ModelFile.read(file);
    try {
      return restore(stored.config(), stored.tensors());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no consistent model: " + e.getMessage(), e);
    }
  }

  /** Where it computes; the CPU if it was never moved. */
  public Device device() {
    return parameters.device();
  }

  /**
   * Moves the weights: what is computed from now on is computed there. An optimiser of them is to
   * be made afterwards.
   */
  public AnomalyModel on(Device device) {
    parameters.moveTo(device);
    return this;
  }

  /** Writes beside the destination and renames. */
  public void save(Path file) throws IOException {
    save(file, config);
  }

  /** Saves these weights under another configuration of the same architecture. */
  public void save(Path file, ModelConfig as) throws IOException {
    new ModelFile(as, parameters.store()).write(file);
  }

  public ModelConfig config() {
    return config;
  }

  /** The weights, owned by this model. */
  public Parameters parameters() {
    return parameters;
  }

  /** The reader that runs this model's networks. */
  public TorchOps ops() {
    return ops;
  }

  /**
   * Frozen features by scale, finest first, dense, on the model's device.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   */
  public List<Tensor> features(Tensor images) {
    Tensor there = Placement.on(device(), images);
    return extractor.features(ops, Parameters.channelsLast(there)).stream()
        .map(Tensor::contiguous)
        .toList();
  }

  /**
   * Latents of frozen features, by scale, on the model's device.
   *
   * @param features of any device
   */
  public Latents<Tensor> latents(List<Tensor> features) {
    List<Tensor> there = features.stream().map(f -> Placement.on(device(), f)).toList();
    return flow.forward(ops, extractor.normalize(ops, there));
  }

  /**
   * Windows on the latents' memory, finest first, for the segmentation; valid as long as they are.
   */
  public static List<NativeView> views(Latents<Tensor> latents) {
    return latents.values().stream().map(Placement::view).toList();
  }

  /** The parameters that training changes, at rest, by name. */
  public Map<String, StoredTensor> trainableState() {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    parameters.trainable().forEach((name, tensor) -> state.put(name, Parameters.store(tensor)));
    return state;
  }

  /** What one image costs. */
  public Cost cost() {
    return Cost.of(config);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
