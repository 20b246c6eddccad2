package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.AnomalySynthesis;
import dev.flowline.data.synthesis.SynthesizedAnomaly;
import dev.flowline.data.synthesis.Textures;
import dev.flowline.io.DecodedPath;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ClFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;
import dev.flowline.model.SurrogateLabels;
import dev.flowline.random.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Good images with synthesised defects, those of an image one after the other. A defect is put on
 * the image as the model sees it, and follows from seed and index alone.
 */
final class NegativeImages implements ImageBatches.ImageReader {
  private final List<Sample> samples;
  private final int byImage;
  private final Preprocessing preprocessing;
  private final AnomalySynthesis synthesis;
  private final long seed;
  private final List<long[]> latents;
  private final SurrogateLabels[] labels;

  /**
   * Prepares the negatives of some images.
   *
   * @param samples good images
   * @param latents (1, C_l, H_l, W_l) by scale, where the labels are to be
   * @throws IOException naming the file, if the textures cannot be read
   */
  NegativeImages(
      List<Sample> samples,
      ClFlow method,
      Preprocessing preprocessing,
      long seed,
      List<long[]> latents)
      throws IOException {
    this.samples = samples;
    this.byImage = method.negatives();
    this.preprocessing = preprocessing;
    this.seed = seed;
    this.latents = latents;
    Textures textures =
        method.textures() == null
            ? Textures.none()
            : Textures.read(DecodedPath.of(method.textures()));
    synthesis = new AnomalySynthesis(method.synthesis(), textures);
    labels = new SurrogateLabels[samples.size() * byImage];
  }

  /**
   * Returns the negatives that a training wants; empty if its method does not contrast.
   *
   * @param fit the images that it learns from
   * @throws IOException naming the file, if the textures cannot be read
   */
  static Optional<NegativeImages> of(TrainingRequest request, List<Sample> fit) throws IOException {
    ModelConfig config = request.config();
    Optional<ClFlow> method = config.settings().trainingPlan().contrast();
    if (method.isEmpty()) {
      return Optional.empty();
    }
    List<long[]> latents = NetworkShapes.of(config).latents();
    long seed = request.training().seed();
    return Optional.of(
        new NegativeImages(fit, method.get(), config.preprocessing(), seed, latents));
  }

  /** The number of negatives of all images. */
  int count() {
    return labels.length;
  }

  /** The number of negatives of each image. */
  int byImage() {
    return byImage;
  }

  @Override
  public Image read(int index) throws IOException {
    Image good =
        preprocessing
            .visible(Images.read(samples.get(index / byImage).image()))
            .resized(preprocessing.height(), preprocessing.width());
    SynthesizedAnomaly negative = synthesis.apply(good, Seeds.at(seed, index));
    labels[index] =
        SurrogateLabels.of(negative.mask(), preprocessing.height(), preprocessing.width(), latents);
    return negative.image();
  }

  /** The labels of all negatives, once they have been read. */
  List<SurrogateLabels> labels() {
    return Arrays.asList(labels);
  }
}
