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
  private TestFeatures features;
  private Latents<Tensor> latents; // null until they are asked for
  private List<Encoding> folds; // null until they are asked for
  private double extractorMillis;
  private double flowMillis;

  private TorchEncoding(AnomalyModel model) {
    this.model = model;
    scope = TensorScope.open();
    constant = new NoGradGuard();
  }

  /** Goes on from the features, or the images, of the final model to the latents of a fold's. */
  private TorchEncoding(AnomalyModel fold, TorchEncoding whole) {
    model = fold;
    scope = null; // the whole's, which closes it
    constant = null;
    images = whole.images;
    long start = System.nanoTime();
    features = fold.sharesFeatures() ? whole.features : fold.testFeatures(images);
    extractorMillis = millisSince(start);
    flow();
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
      encoding.features = model.testFeatures(encoding.images);
      encoding.extractorMillis = millisSince(start);
      return encoding.flowUnlessFoldsJudge();
    } catch (RuntimeException | Error e) {
      encoding.close();
      throw e;
    }
  }

  static TorchEncoding ofFeatures(AnomalyModel model, List<Tensor> features) {
    TorchEncoding encoding = new TorchEncoding(model);
    try {
      encoding.features = new TestFeatures(features);
      return encoding.flowUnlessFoldsJudge();
    } catch (RuntimeException | Error e) {
      encoding.close();
      throw e;
    }
  }

  private TorchEncoding flowUnlessFoldsJudge() {
    if (model.folds().isEmpty()) {
      flow();
    }
    return this;
  }

  private Latents<Tensor> flow() {
    if (latents == null) {
      long start = System.nanoTime();
      latents = model.testLatents(features);
      flowMillis += millisSince(start);
    }
    return latents;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public List<NativeView> latents() {
    return AnomalyModel.views(flow());
  }

  @Override
  public List<Encoding> folds() {
    if (folds == null) {
      folds = new ArrayList<>();
      for (AnomalyModel fold : model.folds()) {
        TorchEncoding own = new TorchEncoding(fold, this);
        extractorMillis += own.extractorMillis;
        flowMillis += own.flowMillis;
        folds.add(own);
      }
    }
    return List.copyOf(folds);
  }

  /** {@inheritDoc} If latents have no positions, the map is that of the input's gradient. */
  @Override
  public Optional<List<AnomalyMap>> anomalyMaps(int height, int width) {
    if (model.mapsLikelihood()) {
      return Optional.empty();
    }
    Tensor maps = model.anomalyMap(flow(), height, width);
    float[] scores = TensorCopy.store(model.anomalyScore(flow(), maps)).toFloats();
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
    if (scope != null) {
      constant.close();
      scope.close();
    }
  }
}
