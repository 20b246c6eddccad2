package dev.flowline.train;

import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.Sample;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.FrozenExtractor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Frozen features of images, extracted once, however many trainings and evaluations go on from
 * them. Each image is extracted alone, as on the line: its features do not depend on its
 * neighbours, and are those that an inspection of it has.
 */
public final class Extraction implements AutoCloseable {
  private static final int READ_AT_ONCE = 8;

  /** Bytes of the images that are read at once. */
  private static final long READ_BYTES = 64L << 20;

  private final Map<String, StoredTensor> weights;
  private final FeatureCache features;
  private final ShiftedCopies copies;
  private final Map<Sample, Integer> places = new HashMap<>();
  private final Map<Sample, InputStatistics> inputs = new HashMap<>();

  private Extraction(
      Map<String, StoredTensor> weights, ShiftedCopies copies, FeatureCache features) {
    this.weights = weights;
    this.copies = copies;
    this.features = features;
  }

  /**
   * Extracts the features of some images.
   *
   * @param weights the extractor's, see {@link #weights(ExtractorConfig, Preprocessing, List, List,
   *     long)}
   * @param samples no one twice
   * @param cacheBytes of features to keep in memory
   * @param folder takes the rest, in a file without a name
   * @throws IOException naming the file that cannot be read, or the folder if the disk is full
   */
  public static Extraction of(
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      Map<String, StoredTensor> weights,
      List<Sample> samples,
      long cacheBytes,
      Path folder,
      Device device,
      ImagesDone listener)
      throws IOException {
    ShiftedCopies none = ShiftedCopies.none(preprocessing);
    return of(
        extractor, preprocessing, weights, samples, none, cacheBytes, folder, device, listener);
  }

  /**
   * Extracts the features of some images, and of copies of those that a model learns from;
   * otherwise as the other one.
   */
  static Extraction of(
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      Map<String, StoredTensor> weights,
      List<Sample> samples,
      ShiftedCopies copies,
      long cacheBytes,
      Path folder,
      Device device,
      ImagesDone listener)
      throws IOException {
    List<long[]> shapes =
        extractor.create().featureShapes(preprocessing.height(), preprocessing.width());
    FeatureCache cache = new FeatureCache(shapes, cacheBytes, folder);
    Extraction extraction = new Extraction(weights, copies, cache);
    try (FrozenExtractor frozen = new FrozenExtractor(extractor, preprocessing, weights, device)) {
      extraction.extract(frozen, preprocessing, samples, listener);
      return extraction;
    } catch (UncheckedIOException e) {
      cache.close();
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  private void extract(
      FrozenExtractor frozen,
      Preprocessing preprocessing,
      List<Sample> samples,
      ImagesDone listener)
      throws IOException {
    oneByOne(
        batches(samples, preprocessing),
        image -> {
          Sample sample = samples.get(places.size());
          places.put(sample, features.size());
          inputs.put(sample, statistics(image, preprocessing));
          features.add(frozen.features(image));
          for (int copy = 0; copy < copies.count(sample); copy++) {
            try (TensorScope one = TensorScope.open()) {
              features.add(frozen.features(copies.copy(image, copy)));
            }
          }
          listener.report(places.size(), samples.size());
        });
  }

  /** Returns the statistics of an image, (1, 3, H, W), that was preprocessed on the CPU. */
  static InputStatistics statistics(Tensor image, Preprocessing preprocessing) {
    try (PointerScope scope = new PointerScope()) {
      FloatPointer pixels = image.data_ptr_float().capacity(preprocessing.inputLength());
      return InputStatistics.of(pixels.asBuffer(), preprocessing);
    }
  }

  /** Takes an image, (1, 3, H, W), within a scope of its own. */
  interface OneImage {
    void take(Tensor image) throws IOException;
  }

  /** Reads images, several at once, and hands them over one by one, in order. */
  static void oneByOne(ImageBatches images, OneImage each) throws IOException {
    var batches = images.iterator();
    while (batches.hasNext()) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        Tensor batch = batches.next();
        for (long n = 0; n < batch.size(0); n++) {
          try (TensorScope one = TensorScope.open()) {
            each.take(batch.narrow(0, n, 1));
          }
        }
      }
    }
  }

  /**
   * Returns an extractor's weights: pretrained ones from their files, or learned from good images.
   *
   * @param files of pretrained weights; empty to look where the environment says
   * @param good images to learn from, if the extractor does that
   * @param seed of that
   * @throws IOException naming the file that cannot be read
   */
  public static Map<String, StoredTensor> weights(
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      List<Path> files,
      List<Sample> good,
      long seed)
      throws IOException {
    Optional<FeatureExtractor.ImageLearner> learner = extractor.create().learner();
    if (learner.isPresent()) {
      try {
        return learner.get().fit(batches(good, preprocessing), seed);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return PretrainedWeights.load(extractor, files, PretrainedWeights.folder());
  }

  static ImageBatches batches(List<Sample> samples, Preprocessing preprocessing) {
    return new ImageBatches(samples, preprocessing, readAtOnce(preprocessing));
  }

  static ImageBatches batches(
      int images, ImageBatches.ImageReader reader, Preprocessing preprocessing) {
    return new ImageBatches(images, reader, preprocessing, readAtOnce(preprocessing));
  }

  static int readAtOnce(Preprocessing preprocessing) {
    long imageBytes = (long) preprocessing.inputLength() * Float.BYTES;
    return (int) Math.min(READ_AT_ONCE, Math.max(1, READ_BYTES / imageBytes));
  }

  /** The extractor's weights. */
  public Map<String, StoredTensor> weights() {
    return weights;
  }

  /**
   * Returns the features of some of the images, in that order; valid for as long as this is open.
   *
   * @throws IllegalArgumentException naming the image, if one was not extracted
   */
  public FeatureCache of(List<Sample> samples) {
    return features.of(samples.stream().mapToInt(this::place).toArray());
  }

  /**
   * Returns the features of some of the images for a model that learns from them: each is followed
   * by its copies. Otherwise as {@link #of(List)}.
   *
   * @throws IllegalArgumentException naming the image, if its copies were not extracted
   */
  FeatureCache learning(List<Sample> samples) {
    return features.of(samples.stream().flatMapToInt(this::withCopies).toArray());
  }

  private IntStream withCopies(Sample sample) {
    if (copies.count(sample) != copies.byImage()) {
      throw new IllegalArgumentException("there are no copies of " + sample.image());
    }
    return IntStream.rangeClosed(place(sample), place(sample) + copies.byImage());
  }

  /** Reads the features of one image, (1, C, H, W) by scale, which belong to the caller's scope. */
  public List<Tensor> of(Sample sample) {
    return features.batch(place(sample));
  }

  /**
   * Returns the statistics of an image.
   *
   * @throws IllegalArgumentException naming the image, if it was not extracted
   */
  public InputStatistics input(Sample sample) {
    place(sample);
    return inputs.get(sample);
  }

  /** Returns the statistics of all images, by image. */
  Map<Sample, InputStatistics> inputs() {
    return Map.copyOf(inputs);
  }

  /** The number of bytes of features that are in memory. */
  long memoryBytes() {
    return features.memoryBytes();
  }

  private int place(Sample sample) {
    Integer place = places.get(sample);
    if (place == null) {
      throw new IllegalArgumentException("there are no features of " + sample.image());
    }
    return place;
  }

  @Override
  public void close() throws IOException {
    features.close();
  }
}
