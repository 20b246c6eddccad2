package dev.flowline.engine;

import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.List;
import java.util.Optional;

/**
 * Latents of N images, and their time. They are valid until it is closed, which the thread that
 * made it does.
 */
public sealed interface Encoding extends AutoCloseable permits TorchEncoding {
  /** The latents, (N, C, H, W) by scale, finest first. */
  List<NativeView> latents();

  /**
   * Returns the model's own anomaly map and score of each image, at that size; empty if the model's
   * are those that libflowline makes of the latents.
   */
  Optional<List<AnomalyMap>> anomalyMaps(int height, int width);

  /** Milliseconds of the feature extractor; 0 if it did not run. */
  double extractorMillis();

  /** Milliseconds from features to latents. */
  double flowMillis();

  @Override
  void close();
}
