package dev.flowline.engine;

import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.List;
import java.util.Optional;

/**
 * An encoding: the latents of N images, and the time that they took. The latents are valid until
 * the encoding is closed, on the thread that made it.
 */
public sealed interface Encoding extends AutoCloseable permits TorchEncoding, OnnxEncoding {
  /** Returns the latents, (N, C, H, W) by scale, finest first. */
  List<NativeView> latents();

  /**
   * Returns the model's anomaly map and score of each image, of a size; empty if the model's are
   * those that libflowline makes of the latents.
   */
  Optional<List<AnomalyMap>> anomalyMaps(int height, int width);

  /**
   * Returns the milliseconds of the feature extractor; 0 if it did not run. Of an engine that runs
   * the whole network at once they are those of both.
   */
  double extractorMillis();

  /** Returns the milliseconds from features to latents, unless they are counted there. */
  double flowMillis();

  @Override
  void close();
}
