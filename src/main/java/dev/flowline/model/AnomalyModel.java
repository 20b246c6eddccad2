package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.nn.TrainingOps;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Extractor and flow with their weights, on one device. It leaves no scope open and sets no grad
 * mode: what it returns belongs to the caller's {@link dev.flowline.tensor.TensorScope}. Concurrent
 * inference is safe; training is not.
 */
public final class AnomalyModel implements AutoCloseable {
  private final ModelConfig config;
  private final FeatureExtractor extractor;
  private final Method method;
  private final Flow flow;
  private final List<long[]> condensedShapes; // (C, H, W) by scale
  private final boolean hasPositions;
  private final boolean refersToMaxima;
  private final Parameters parameters;
  private final TorchOps ops;
  private final TrainingOps trainingOps;
  private final String digest; // null for a model that was not read from a file

  private AnomalyModel(
      ModelConfig config, Map<String, StoredTensor> stored, boolean initialise, String digest) {
    this.config = config;
    this.digest = digest;
    extractor = config.extractor().create();
    long height = config.preprocessing().height();
    long width = config.preprocessing().width();
    method = config.settings();
    CostOps cost = new CostOps();
    List<long[]> features = extractor.features(cost, new long[] {1, 3, height, width});
    condensedShapes =
        method.condensed(cost, features).stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    List<long[]> given = method.given(cost, extractor, features);
    flow = method.flow(given);
    Latents<long[]> latents = flow.forward(cost, given);
    method.anomalyMap(cost, latents, height, width);
    hasPositions = latents.values().stream().anyMatch(z -> z[2] * z[3] > 1);
    refersToMaxima = !method.maxima(cost, latents).isEmpty();
    parameters =
        initialise
            ? new Parameters(cost.parameters(), stored, config.seed())
            : Parameters.restored(cost.parameters(), stored);
    parameters.frozenChannelsLast();
    ops = new TorchOps(parameters);
    trainingOps = new TrainingOps(parameters);
  }

  /**
   * A new model: what is trained is initialised from the configuration's seed.
   *
   * @param frozen all frozen parameters of the extractor
   * @throws IllegalArgumentException if they do not fit, or the input size does not suit the
   *     extractor
   */
  public static AnomalyModel create(ModelConfig config, Map<String, StoredTensor> frozen) {
    return new AnomalyModel(config, frozen, true, null);
  }

  /**
   * A model with all its parameters given.
   *
   * @throws IllegalArgumentException if one is missing or does not fit
   */
  public static AnomalyModel restore(ModelConfig config, Map<String, StoredTensor> stored) {
    return new AnomalyModel(config, stored, false, null);
  }

  /**
   * Opens a model file; the model computes on the CPU.
   *
   * @throws IOException naming the file, if it is no readable model
   */
  public static AnomalyModel open(Path file) throws IOException {
    ModelFile stored = ModelFile.read(file);
    try {
      return new AnomalyModel(stored.config(), stored.tensors(), false, stored.digest());
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
    ModelFile.write(file, as, parameters.store());
  }

  public ModelConfig config() {
    return config;
  }

  /**
   * The digest of the model file that this model was opened from: SHA-256 of its configuration and
   * tensors, 64 hexadecimal digits, as the file's metadata holds it. Empty for a model that was not
   * read from a file.
   */
  public Optional<String> digest() {
    return Optional.ofNullable(digest);
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
    return FrozenExtractor.features(extractor, ops, images, device());
  }

  /** What is kept of the features of images as they are, (N, C, H, W) by scale. */
  List<Tensor> condensed(Tensor images) {
    return method.condensed(ops, features(images));
  }

  /**
   * What a training keeps of images: their features, or, where a step takes some random rotations
   * of each, those of four times as many, stacked as channels, (N, R·C, H, W) by scale.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   * @param first number of the first one in the training: what an image's angles are drawn from
   */
  public List<Tensor> trainingFeatures(Tensor images, int first) {
    int kept = RotatedFeatures.kept(method);
    if (kept == 0) {
      return condensed(images);
    }
    List<double[]> degrees =
        LongStream.range(first, first + images.size(0))
            .mapToObj(image -> RotatedFeatures.random(kept, config.seed(), image))
            .toList();
    return RotatedFeatures.of(this, images, degrees);
  }

  /** Shapes (C, H, W) of one image's {@link #trainingFeatures}. */
  public List<long[]> trainingShapes() {
    return stackedShapes(RotatedFeatures.kept(method));
  }

  /** What a training kept of images, each of its rotations as an image of its own. */
  public List<Tensor> rotationsApart(List<Tensor> trainingFeatures) {
    return RotatedFeatures.apart(trainingFeatures, RotatedFeatures.kept(method));
  }

  /**
   * What a test takes of images: their features, or those of all rotations that it takes together,
   * stacked as channels, (N, R·C, H, W) by scale.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   */
  public List<Tensor> testFeatures(Tensor images) {
    if (method.testRotations() == 0) {
      return condensed(images);
    }
    double[] even = RotatedFeatures.even(method.testRotations());
    List<double[]> degrees = Collections.nCopies((int) images.size(0), even);
    return RotatedFeatures.of(this, images, degrees);
  }

  /** Shapes (C, H, W) of one image's {@link #testFeatures}. */
  public List<long[]> testShapes() {
    return stackedShapes(method.testRotations());
  }

  private List<long[]> stackedShapes(int rotations) {
    return condensedShapes.stream()
        .map(s -> new long[] {Math.max(1, rotations) * s[0], s[1], s[2]})
        .toList();
  }

  /**
   * The latents that anomaly map, score and test are made of, by scale, on the model's device. Of
   * rotations the root mean square, so that the energy of an image is the mean of theirs.
   *
   * @param testFeatures of any device
   */
  public Latents<Tensor> testLatents(List<Tensor> testFeatures) {
    int rotations = method.testRotations();
    return rotations == 0
        ? latents(testFeatures)
        : RotatedFeatures.together(
            latents(RotatedFeatures.apart(testFeatures, rotations)), rotations);
  }

  /**
   * Latents of frozen features, by scale, on the model's device.
   *
   * @param features of any device
   */
  public Latents<Tensor> latents(List<Tensor> features) {
    return latents(ops, features);
  }

  /** Latents for a step of training: statistics of the batch are taken, and noted. */
  public Latents<Tensor> trainingLatents(List<Tensor> features) {
    return latents(trainingOps, features);
  }

  private Latents<Tensor> latents(TorchOps reader, List<Tensor> features) {
    List<Tensor> there = features.stream().map(f -> Tensors.on(device(), f)).toList();
    return flow.forward(reader, method.given(reader, extractor, there));
  }

  /** What a training makes small, a scalar. */
  public Tensor loss(Latents<Tensor> latents) {
    return method.loss(ops, latents);
  }

  /** How strange each pixel is, (N, 1, height, width), high = anomalous; see {@link Method}. */
  public Tensor anomalyMap(Latents<Tensor> latents, int height, int width) {
    return method.anomalyMap(ops, latents, height, width);
  }

  /**
   * Whether latents say where something is strange; otherwise the anomaly map is the same
   * everywhere, and {@link #inputGradientMap} tells.
   */
  public boolean hasPositions() {
    return hasPositions;
  }

  /** Whether libflowline's anomaly map and score, which come with the test, are this model's. */
  public boolean mapsLikelihood() {
    return method instanceof LikelihoodMethod;
  }

  /**
   * Which pixels the likelihood of each image depends on, (N, 1, H, W): tells where a defect is
   * where latents have no positions, as DifferNet's.
   *
   * @param images preprocessed, (N, 3, H, W)
   */
  public Tensor inputGradientMap(Tensor images) {
    return InputGradient.map(ops, Tensors.on(device(), images), input -> latents(features(input)));
  }

  /**
   * How strange each image is, (N), high = anomalous.
   *
   * @param anomalyMap of these latents
   */
  public Tensor anomalyScore(Latents<Tensor> latents, Tensor anomalyMap) {
    return method.anomalyScore(ops, latents, anomalyMap);
  }

  /**
   * Whether the anomaly map refers to maxima over the training images, which {@link #raiseMaxima}
   * is to be told once the weights are final.
   */
  public boolean refersToMaxima() {
    return refersToMaxima;
  }

  /** Notes the maxima of some training images where they exceed those noted before. */
  public void raiseMaxima(Latents<Tensor> latents) {
    method
        .maxima(ops, latents)
        .forEach(
            (name, values) -> {
              float before = Parameters.store(parameters.get(name)).toFloats()[0];
              float largest = before;
              for (float value : Parameters.store(values).toFloats()) {
                largest = Math.max(largest, value);
              }
              parameters.load(Map.of(name, StoredTensor.of(new float[] {largest}, 1)));
            });
  }

  /**
   * Windows on the latents' memory, finest first, for the segmentation; valid as long as they are.
   */
  public static List<NativeView> views(Latents<Tensor> latents) {
    return latents.values().stream().map(Tensors::view).toList();
  }

  /** The parameters that training changes, at rest, by name. */
  public Map<String, StoredTensor> learnedState() {
    return parameters.storeLearned();
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
