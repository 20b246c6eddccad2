package dev.flowline.engine;

import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.List;
import java.util.Optional;

/**
 * An encoding: the latents of N images, and the time that they took. The latents are valid until
 * the encoding is closed, on the thread that made it.
 */
public sealed interface Encoding extends AutoCloseable
    permits TorchEncoding, OnnxEncoding, EncodingOfImage {
  /** Returns the latents, (N, C, H, W) by scale, finest first. */
  List<NativeView> latents();

  /**
   * Returns the encodings of the same images by the models of the folds that the model keeps, by
   * fold; empty if it keeps none. They are computed when first asked for, share the features where
   * the extractor is the same, and are valid as long as this encoding is, which closes them.
   */
  List<Encoding> folds();

  /**
   * Returns the model's anomaly map and score of each image, of a size; empty if the model's are
   * those that libflowline makes of the latents.
   */
  Optional<List<AnomalyMap>> anomalyMaps(int height, int width);

  /**
   * Returns the milliseconds of the feature extractor until now; 0 if it did not run. If an engine
   * runs extractor and flow in one call, these are the milliseconds of both.
   */
  double extractorMillis();

  /**
   * Returns the milliseconds from features to latents until now, unless they are counted there:
   * latents of a model that keeps folds, and those of its folds, are computed when first asked for.
   */
  double flowMillis();

  /**
   * Returns each image as an encoding of its own, valid as long as this one. Its times are its
   * share of the batch's, and closing it does nothing.
   *
   * @param count N
   */
  default List<Encoding> images(int count) {
    return EncodingOfImage.all(this, count);
  }

  @Override
  void close();
}
