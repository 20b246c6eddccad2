package dev.flowline.engine;

import dev.flowline.nn.OnnxModel.Floats;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The encoding by an exported network, in Java's buffers.
 *
 * @param values latents by scale
 * @param maps (N, 1, H, W); null if libflowline makes maps of the latents
 * @param scores (N); null if there are no maps
 * @param extractorMillis of the whole network
 */
record OnnxEncoding(List<Floats> values, Floats maps, Floats scores, double extractorMillis)
    implements Encoding {

  @Override
  public List<NativeView> latents() {
    return values.stream()
        .map(z -> NativeView.cpu(new FloatPointer(z.values()).address(), z.shape(), z.values()))
        .toList();
  }

  /** {@inheritDoc} A model that keeps folds is not exported. */
  @Override
  public List<Encoding> folds() {
    return List.of();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the size is not that of the network's own maps
   */
  @Override
  public Optional<List<AnomalyMap>> anomalyMaps(int height, int width) {
    if (maps == null) {
      return Optional.empty();
    }
    if (height != maps.shape()[2] || width != maps.shape()[3]) {
      throw new IllegalArgumentException(
          "the exported network makes anomaly maps of %s x %s, got a request for %s x %s"
              .formatted(maps.shape()[2], maps.shape()[3], height, width));
    }
    List<AnomalyMap> anomalyMaps = new ArrayList<>();
    for (int image = 0; image < maps.shape()[0]; image++) {
      float[] levels = new float[height * width];
      maps.values().get(image * levels.length, levels);
      anomalyMaps.add(new AnomalyMap(levels, scores.values().get(image)));
    }
    return Optional.of(anomalyMaps);
  }

  @Override
  public double flowMillis() {
    return 0;
  }

  @Override
  public void close() {}
}
