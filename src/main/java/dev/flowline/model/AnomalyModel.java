package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.InferenceOps;
import dev.flowline.nn.PackingLimits;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zones;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A model at work: extractor and method with their weights, on one device. It leaves no scope open
 * and sets no grad mode: what it returns belongs to the caller's {@link
 * dev.flowline.tensor.TensorScope}. Concurrent inference is safe. {@link TrainableModel} is the
 * same model while it learns.
 */
public final class AnomalyModel implements AutoCloseable {
  private final ModelConfig config;
  private final FeatureExtractor extractor;
  private final Method method;
  private final NetworkShapes shapes;
  private final List<long[]> pooledShapes; // (C, H, W) by scale
  private final Parameters parameters;
  private final InferenceOps ops;
  private final TorchOps likelihoodOps;
  private final String digest; // null for a model that was not read from a file
  private String golden; // of the file; null without
  private final StoredNetwork network; // null for a model that was not read from a file
  private final List<AnomalyModel> folds; // that are kept
  private final boolean sharesFeatures;

  /**
   * Makes a model of its parameters.
   *
   * @param ops counts what the configuration asks for
   * @param initialise whether what is trained is drawn from the seed, and not stored
   * @param digest of the file that it was read from; null for none
   * @param network of somebody's own in that file; null for none
   */
  AnomalyModel(
      ModelConfig config,
      Map<String, StoredTensor> stored,
      CostOps ops,
      boolean initialise,
      String digest,
      StoredNetwork network) {
    this.config = config;
    this.digest = digest;
    this.network = network;
    NetworkWalk walk = NetworkWalk.of(config, ops);
    extractor = walk.extractor();
    method = config.settings();
    shapes = walk.shapes();
    CalibratedView view = config.segmentation().fieldOfView();
    if (view != null) {
      requireFit("field of view is", view.height(), view.width());
    }
    Zones zones = config.segmentation().zones();
    if (zones != null) {
      requireFit("zones are", zones.height(), zones.width());
    }
    pooledShapes = walk.pooled().stream().map(AnomalyModel::ofOne).toList();
    Map<String, StoredTensor> whole = FoldTensors.ofFinal(config, stored);
    List<Map<String, StoredTensor>> ofFolds = FoldTensors.byFold(config, stored);
    ofFolds.forEach(own -> Parameters.requireOwn(walk.parameters(), own));
    parameters =
        initialise
            ? new Parameters(walk.parameters(), whole, config.seed())
            : Parameters.restored(walk.parameters(), whole);
    parameters.frozenChannelsLast();
    this.ops = new InferenceOps(parameters);
    likelihoodOps = new TorchOps(parameters);
    List<AnomalyModel> kept = new ArrayList<>();
    for (int fold = 0; fold < ofFolds.size(); fold++) {
      SegmentationOptions test =
          config.calibration().crossFitting().test(config.segmentation(), fold);
      kept.add(new AnomalyModel(this, test, ofFolds.get(fold)));
    }
    folds = List.copyOf(kept);
    sharesFeatures = true; // with itself
  }

  /** Makes the model of a fold, which shares all tensors of the final one but its own. */
  private AnomalyModel(
      AnomalyModel whole, SegmentationOptions test, Map<String, StoredTensor> own) {
    config = whole.config.withSegmentation(test, null);
    extractor = whole.extractor;
    method = whole.method;
    shapes = whole.shapes;
    pooledShapes = whole.pooledShapes;
    parameters = whole.parameters.with(own);
    parameters.frozenChannelsLast();
    ops = new InferenceOps(parameters, PackingLimits.OF_FOLD);
    likelihoodOps = new TorchOps(parameters);
    digest = null;
    network = whole.network;
    folds = List.of();
    sharesFeatures = parameters.own().stream().allMatch(spec -> spec.init().learned());
  }

  /**
   * Returns the model of a fold beside this one, on the same device. It shares all tensors with
   * this model that both have alike, and is to be closed before.
   *
   * @param test of the fold's model, with its region law
   * @param stored all parameters of the fold's model, of the same architecture
   */
  public AnomalyModel fold(SegmentationOptions test, Map<String, StoredTensor> stored) {
    Map<String, StoredTensor> own = FoldTensors.own(parameters.specs(), parameters.store(), stored);
    return new AnomalyModel(this, test, own).on(device());
  }

  /**
   * Returns the models of the folds that are kept, each with its own test; empty if none are. They
   * judge by {@link dev.flowline.calibration.CvPlus}, and belong to this model.
   */
  public List<AnomalyModel> folds() {
    return folds;
  }

  /** Returns whether the features of this model of a fold are those of the final model. */
  public boolean sharesFeatures() {
    return sharesFeatures;
  }

  private void requireFit(String what, int height, int width) {
    long[] finest = shapes.latents().get(0);
    if (height != finest[2] || width != finest[3]) {
      throw new IllegalArgumentException(
          "the %s of maps of %s x %s, those of the model are %s x %s"
              .formatted(what, height, width, finest[2], finest[3]));
    }
  }

  private static long[] ofOne(long[] shape) {
    return new long[] {shape[1], shape[2], shape[3]};
  }

  /**
   * Makes a new model: what is trained is initialised from the configuration's seed.
   *
   * @param frozen all frozen parameters of the extractor
   * @throws IllegalArgumentException if they do not fit, or the input size does not suit the
   *     extractor
   */
  public static AnomalyModel create(ModelConfig config, Map<String, StoredTensor> frozen) {
    return new AnomalyModel(config, frozen, new CostOps(), true, null, null);
  }

  /**
   * Makes a model of all its parameters, unless they hold a program.
   *
   * @throws IllegalArgumentException if one is missing, does not fit or is a program
   */
  public static AnomalyModel restore(ModelConfig config, Map<String, StoredTensor> stored) {
    return restore(config, stored, ProgramPolicy.REFUSE);
  }

  /**
   * Makes a model of all its parameters.
   *
   * @param programs decides whether a program among them may run
   * @throws IllegalArgumentException if one is missing, does not fit or is a program that must not
   *     run
   */
  public static AnomalyModel restore(
      ModelConfig config, Map<String, StoredTensor> stored, ProgramPolicy programs) {
    return ModelOpening.restored(config, stored, programs);
  }

  /**
   * Opens a model file, unless it holds a program; the model computes on the CPU.
   *
   * @throws IOException naming the file, if it is no readable model, or holds a program
   */
  public static AnomalyModel open(Path file) throws IOException {
    return open(file, ProgramPolicy.REFUSE);
  }

  /**
   * Opens a model file; the model computes on the CPU.
   *
   * @param programs decides whether a program in the file may run; it does so when features are
   *     asked for
   * @throws IOException naming the file, if it is no readable model, or holds a program that must
   *     not run
   */
  public static AnomalyModel open(Path file, ProgramPolicy programs) throws IOException {
    return open(file, programs, null);
  }

  /**
   * Opens a model file for images whose samples of 16 bits have fewer; the model computes on the
   * CPU.
   *
   * @param programs decides whether a program in the file may run
   * @param bits that the samples have, 8 to 16, which its configuration then says; null for the
   *     model's own
   * @throws IOException naming the file, if it is no readable model, or holds a program that must
   *     not run
   * @throws IllegalArgumentException if bits are out of their bounds
   */
  public static AnomalyModel open(Path file, ProgramPolicy programs, Integer bits)
      throws IOException {
    return ModelOpening.open(file, programs, bits);
  }

  /**
   * The network of somebody's own that the model file holds; empty without one, and for a model
   * that was not read from a file.
   */
  public Optional<StoredNetwork> network() {
    return Optional.ofNullable(network);
  }

  /** The device that it computes on; the CPU if it was never moved. */
  public Device device() {
    return parameters.device();
  }

  /**
   * Moves the weights to a device and returns this model, which computes there from now on. An
   * optimiser of the weights is to be made afterwards.
   */
  public AnomalyModel on(Device device) {
    parameters.moveTo(device);
    folds.forEach(fold -> fold.on(device));
    return this;
  }

  /**
   * Saves the model, beside the destination first, which is then replaced.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void save(Path file) throws IOException {
    save(file, config, golden);
  }

  /** Saves without noted answers, see {@link #save(Path, ModelConfig, String)}. */
  public String save(Path file, ModelConfig as) throws IOException {
    return save(file, as, null);
  }

  /**
   * Saves these weights under another configuration of the same architecture, with the models of
   * the folds if that keeps them.
   *
   * @param noted answers about golden images under that configuration, see {@link
   *     ModelFile#golden}; null for none
   * @return the digest of the model file that was written
   * @throws IOException naming the file, if it cannot be written
   */
  public String save(Path file, ModelConfig as, String noted) throws IOException {
    return save(file, as, FoldTensors.count(as) == 0 ? List.of() : folds, noted);
  }

  /**
   * Saves these weights under another configuration of the same architecture.
   *
   * @param kept the models of the folds that the configuration keeps, which {@link #fold} has made
   * @param noted see {@link #save(Path, ModelConfig, String)}
   * @return the digest of the model file that was written
   * @throws IllegalArgumentException if they are others than the configuration keeps
   * @throws IOException naming the file, if it cannot be written
   */
  public String save(Path file, ModelConfig as, List<AnomalyModel> kept, String noted)
      throws IOException {
    if (kept.size() != FoldTensors.count(as)) {
      throw new IllegalArgumentException(
          "the models of %s folds are kept, got %s".formatted(FoldTensors.count(as), kept.size()));
    }
    List<Map<String, StoredTensor>> own =
        kept.stream().map(fold -> fold.parameters.store()).toList();
    return ModelFile.write(file, as, FoldTensors.together(parameters.store(), own), noted);
  }

  /** The configuration that this model was made of. */
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

  /**
   * The answers about golden images that the model file has, see {@link ModelFile#golden}. Empty if
   * it has none, or the model was opened otherwise than it was saved.
   */
  public Optional<String> golden() {
    return Optional.ofNullable(golden);
  }

  /** Notes the answers that the model file has. */
  void noted(String answers) {
    golden = answers;
  }

  /** The weights, owned by this model. */
  public Parameters parameters() {
    return parameters;
  }

  /** The reader that runs this model's networks; its flows give no log-determinant. */
  public TorchOps ops() {
    return ops;
  }

  /**
   * Returns frozen features by scale, finest first, dense, on the model's device.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   */
  public List<Tensor> features(Tensor images) {
    return FrozenExtractor.features(extractor, ops, images, device());
  }

  /** Returns what is kept of the features of images as they are, (N, C, H, W) by scale. */
  List<Tensor> pooledFeatures(Tensor images) {
    return method.pooled(ops, features(images));
  }

  /**
   * Returns what a test takes of images: their features, or those of all rotations that it takes
   * together, stacked as channels, (N, R·C, H, W) by scale.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   */
  public TestFeatures testFeatures(Tensor images) {
    if (method.testRotations() == 0) {
      return new TestFeatures(pooledFeatures(images));
    }
    double[] even = RotatedFeatures.even(method.testRotations());
    List<double[]> degrees = Collections.nCopies((int) images.size(0), even);
    return new TestFeatures(RotatedFeatures.of(this, images, degrees));
  }

  /** The shapes (C, H, W) of one image's {@link #testFeatures}, by scale. */
  public List<long[]> testShapes() {
    return pooledShapes(method.testRotations());
  }

  /**
   * The shapes (C, H, W) of one image's pooled features, by scale.
   *
   * @param rotations stacked as channels; 0 for the image as it is
   */
  List<long[]> pooledShapes(int rotations) {
    return pooledShapes.stream()
        .map(s -> new long[] {Math.max(1, rotations) * s[0], s[1], s[2]})
        .toList();
  }

  /**
   * Returns the latents that anomaly map, score and test are made of, by scale, on the model's
   * device. Of several rotations it is the root mean square, so that the energy of an image is the
   * mean of theirs. The log-determinant may be NaN, see {@link InferenceOps}.
   *
   * @param features of any device
   */
  public Latents<Tensor> testLatents(TestFeatures features) {
    return testLatents(ops, features);
  }

  /** Returns the same latents but for rounding, with their log-determinant. */
  public Latents<Tensor> likelihoodLatents(TestFeatures features) {
    return testLatents(likelihoodOps, features);
  }

  private Latents<Tensor> testLatents(TorchOps reader, TestFeatures features) {
    int rotations = method.testRotations();
    return rotations == 0
        ? latents(reader, features.byScale())
        : RotatedFeatures.together(
            latents(reader, RotatedFeatures.apart(features.byScale(), rotations)), rotations);
  }

  /** Returns the latents of images as they are, from their features, pooled or not. */
  Latents<Tensor> latents(List<Tensor> features) {
    return latents(ops, features);
  }

  Latents<Tensor> latents(TorchOps reader, List<Tensor> features) {
    List<Tensor> there = features.stream().map(f -> Tensors.on(device(), f)).toList();
    return method.latents(reader, extractor, there);
  }

  FeatureExtractor extractor() {
    return extractor;
  }

  /** Scores each pixel, (N, 1, height, width), high = anomalous; see {@link Method}. */
  public Tensor anomalyMap(Latents<Tensor> latents, int height, int width) {
    return method.anomalyMap(ops, latents, height, width);
  }

  /**
   * Whether latents say where something is strange; otherwise the anomaly map is the same
   * everywhere, and {@link #inputGradientMap} shows it.
   */
  public boolean hasPositions() {
    return shapes.latents().stream().anyMatch(z -> z[2] * z[3] > 1);
  }

  /** Whether libflowline's anomaly map and score, which come with the test, are this model's. */
  public boolean mapsLikelihood() {
    return method.mapsLikelihood();
  }

  /**
   * Maps which pixels the likelihood of each image depends on, (N, 1, H, W): it shows where a
   * defect is if latents have no positions, like DifferNet's.
   *
   * @param images preprocessed, (N, 3, H, W)
   */
  public Tensor inputGradientMap(Tensor images) {
    return InputGradient.map(ops, Tensors.on(device(), images), input -> latents(features(input)));
  }

  /**
   * Scores each image, (N), high = anomalous.
   *
   * @param anomalyMap of these latents
   */
  public Tensor anomalyScore(Latents<Tensor> latents, Tensor anomalyMap) {
    return method.anomalyScore(ops, latents, anomalyMap);
  }

  /**
   * Returns windows on the latents' memory, finest first, for the segmentation; valid as long as
   * the latents are.
   */
  public static List<NativeView> views(Latents<Tensor> latents) {
    return latents.values().stream().map(Tensors::view).toList();
  }

  /** The shapes that one image takes on its way through this model. */
  public NetworkShapes shapes() {
    return shapes;
  }

  /** Counts what the inspection of one image costs. */
  public Cost cost() {
    return Cost.of(config);
  }

  @Override
  public void close() {
    folds.forEach(AnomalyModel::close);
    ops.close();
    parameters.close();
  }
}
