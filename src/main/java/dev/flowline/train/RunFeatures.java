package dev.flowline.train;

import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.Method;
import dev.flowline.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The features that one training works on: those of images as they are come from an {@link
 * Extraction}, those that this training alone wants are extracted here.
 */
final class RunFeatures implements AutoCloseable {
  private final TrainableModel model;
  private final Extraction plain;
  private final Path folder;
  private final MemoryShares memory;
  private final FeatureProgress progress;
  private final Deque<FeatureCache> caches = new ArrayDeque<>();

  private final Map<Sample, InputStatistics> inputs = new HashMap<>();

  private TrainingSet training;
  private HeldOutSet validation;
  private HeldOutSet calibration;
  private Negatives negatives;

  private RunFeatures(
      TrainableModel model,
      Extraction plain,
      Path folder,
      MemoryShares memory,
      FeatureProgress progress) {
    this.model = model;
    this.plain = plain;
    this.folder = folder;
    this.memory = memory;
    this.progress = progress;
    inputs.putAll(plain.inputs());
  }

  /**
   * Returns the features of a training; extracts those that are missing.
   *
   * @param plain stays the caller's, and open for as long as this
   * @param negatives empty for none
   * @param folder takes what does not fit into memory, in files without a name
   * @param memory for the images that this training alone wants
   * @throws IOException naming the file that cannot be read, or the folder if the disk is full
   */
  static RunFeatures of(
      TrainableModel model,
      Split split,
      Extraction plain,
      Optional<NegativeImages> negatives,
      Path folder,
      MemoryShares memory,
      FeatureProgress progress)
      throws IOException {
    RunFeatures features = new RunFeatures(model, plain, folder, memory, progress);
    try {
      features.training = features.trainingSet(split.fit());
      features.validation = features.heldOutSet(split.validation());
      features.calibration = features.heldOutSet(split.calibration());
      features.negatives =
          negatives.isEmpty() ? Negatives.NONE : features.negatives(negatives.get());
      return features;
    } catch (IOException | RuntimeException e) {
      features.close();
      throw e;
    }
  }

  /** Images that the model learns from. */
  TrainingSet training() {
    return training;
  }

  /** Images that choose the epoch and measure the region law. */
  HeldOutSet validation() {
    return validation;
  }

  /** Images that set the threshold. */
  HeldOutSet calibration() {
    return calibration;
  }

  Negatives negatives() {
    return negatives;
  }

  /** Statistics of the inputs of good images, in their order. */
  List<InputStatistics> inputs(List<Sample> samples) {
    return samples.stream().map(inputs::get).toList();
  }

  private TrainingSet trainingSet(List<Sample> samples) throws IOException {
    if (method().trainingPlan().rotations() == 0) {
      return new TrainingSet(kept(plain.learning(samples)));
    }
    return new TrainingSet(
        extracted(
            Extraction.batches(samples, preprocessing()),
            samples.size(),
            model.trainingShapes(),
            (image, number) -> {
              inputs.put(samples.get(number), Extraction.statistics(image, preprocessing()));
              return model.trainingFeatures(image, number).byScale();
            }));
  }

  private HeldOutSet heldOutSet(List<Sample> samples) throws IOException {
    if (method().testRotations() == 0) {
      return new HeldOutSet(kept(plain.of(samples)));
    }
    return new HeldOutSet(
        extracted(
            Extraction.batches(samples, preprocessing()),
            samples.size(),
            model.model().testShapes(),
            (image, number) -> {
              inputs.put(samples.get(number), Extraction.statistics(image, preprocessing()));
              return model.model().testFeatures(image).byScale();
            }));
  }

  private Negatives negatives(NegativeImages images) throws IOException {
    FeatureCache cache =
        extracted(
            Extraction.batches( // whose samples were scaled before a defect was put on them
                images.count(), images, preprocessing().withBits(null)),
            images.count(),
            model.trainingShapes(),
            (image, number) -> model.trainingFeatures(image, number).byScale());
    return new Negatives(cache, images.labels(), images.byImage());
  }

  /** Makes the features of one image. */
  private interface OfOneImage {
    /**
     * Makes them.
     *
     * @param number of the image in its set, counted from 0
     */
    List<Tensor> features(Tensor image, int number);
  }

  private FeatureCache extracted(
      ImageBatches images, int count, List<long[]> shapes, OfOneImage each) throws IOException {
    FeatureCache cache = kept(new FeatureCache(shapes, memory.of(count), folder));
    Extraction.oneByOne(
        images,
        image -> {
          cache.add(each.features(image, cache.size()));
          progress.specialReady();
        });
    return cache;
  }

  private FeatureCache kept(FeatureCache cache) {
    caches.push(cache);
    return cache;
  }

  private Method method() {
    return model.model().config().settings();
  }

  private Preprocessing preprocessing() {
    return model.model().config().preprocessing();
  }

  @Override
  public void close() throws IOException {
    while (!caches.isEmpty()) {
      caches.pop().close();
    }
  }
}
