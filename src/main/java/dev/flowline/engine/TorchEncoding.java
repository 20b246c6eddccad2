package dev.flowline.engine;

import dev.flowline.flow.Latents;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.TestFeatures;
import dev.flowline.nn.TensorCopy;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** An encoding in LibTorch tensors, which are valid until it is closed. */
final class TorchEncoding implements Encoding {
  private final AnomalyModel model;
  private final TensorScope scope;
  private final NoGradGuard constant;
  private Tensor images; // (N, 3, H, W); null if it went on from features
  private Latents<Tensor> latents;
  private double extractorMillis;
  private double flowMillis;

  private TorchEncoding(AnomalyModel model) {
    this.model = model;
    scope = TensorScope.open();
    constant = new NoGradGuard();
  }

  /**
   * Encodes the first images of a batch.
   *
   * @param input (largest N, 3, H, W)
   */
  static TorchEncoding ofImages(AnomalyModel model, Tensor input, int count) {
    TorchEncoding encoding = new TorchEncoding(model);
    try {
      long start = System.nanoTime();
      encoding.images = input.size(0) == count ? input : input.narrow(0, 0, count);
      TestFeatures features = model.testFeatures(encoding.images);
      encoding.extractorMillis = millisSince(start);
      return encoding.flow(features);
    } catch (RuntimeException | Error e) {
      encoding.close();
      throw e;
    }
  }

  static TorchEncoding ofFeatures(AnomalyModel model, List<Tensor> features) {
    TorchEncoding encoding = new TorchEncoding(model);
    try {
      return encoding.flow(new TestFeatures(features));
    } catch (RuntimeException | Error e) {
      encoding.close();
      throw e;
    }
  }

  private TorchEncoding flow(TestFeatures features) {
    long start = System.nanoTime();
    latents = model.testLatents(features);
    flowMillis = millisSince(start);
    return this;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public List<NativeView> latents() {
    return AnomalyModel.views(latents);
  }

  /** {@inheritDoc} If latents have no positions, the map is that of the input's gradient. */
  @Override
  public Optional<List<AnomalyMap>> anomalyMaps(int height, int width) {
    if (model.mapsLikelihood()) {
      return Optional.empty();
    }
    Tensor maps = model.anomalyMap(latents, height, width);
    float[] scores = TensorCopy.store(model.anomalyScore(latents, maps)).toFloats();
    if (!model.hasPositions()) {
      maps = model.ops().resizeBilinear(model.inputGradientMap(images), height, width);
    }
    float[] levels = TensorCopy.store(maps).toFloats();
    List<AnomalyMap> anomalyMaps = new ArrayList<>();
    int pixels = height * width;
    for (int image = 0; image < scores.length; image++) {
      float[] map = Arrays.copyOfRange(levels, image * pixels, (image + 1) * pixels);
      anomalyMaps.add(new AnomalyMap(map, scores[image]));
    }
    return Optional.of(anomalyMaps);
  }

  @Override
  public double extractorMillis() {
    return extractorMillis;
  }

  @Override
  public double flowMillis() {
    return flowMillis;
  }

  @Override
  public void close() {
    constant.close();
    scope.close();
  }
}
