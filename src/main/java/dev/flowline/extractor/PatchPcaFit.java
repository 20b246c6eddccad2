package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Init;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Learns the parameters of a {@link PatchPca} from normalised images, in two passes over them. */
final class PatchPcaFit {
  private static final int PATCHES_PER_IMAGE = 512;

  /** Share of the mean variance added to every component's: keeps noise from being blown up. */
  private static final double FILTER_RIDGE = 1e-3;

  private static final double WHITENING_RIDGE = 1e-3;

  private final PatchPca extractor;
  private final PatchPca.Settings settings;
  private final long seed;

  PatchPcaFit(PatchPca extractor, long seed) {
    this.extractor = extractor;
    this.settings = extractor.settings();
    this.seed = seed;
  }

  Map<String, StoredTensor> fit(Iterable<Tensor> batches) {
    Map<String, StoredTensor> fitted = new LinkedHashMap<>();
    List<Covariance> patches = patchStatistics(batches);
    int kernel = settings.kernel();
    for (int scale = 0; scale < settings.scales(); scale++) {
      Covariance.Affine pca = whitening(patches.get(scale), settings.filters(), FILTER_RIDGE);
      String name = PatchPca.filters(scale);
      fitted.put(
          name + ".weight", StoredTensor.of(pca.weight(), settings.filters(), 3, kernel, kernel));
      fitted.put(name + ".bias", StoredTensor.of(pca.bias(), settings.filters()));
    }
    List<Covariance> pooled = pooledStatistics(batches, fitted);
    int channels = 2 * settings.filters();
    for (int scale = 0; scale < settings.scales(); scale++) {
      Covariance.Affine whitening = whitening(pooled.get(scale), channels, WHITENING_RIDGE);
      String name = PatchPca.whitening(scale);
      fitted.put(name + ".weight", StoredTensor.of(whitening.weight(), channels, channels, 1, 1));
      fitted.put(name + ".bias", StoredTensor.of(whitening.bias(), channels));
    }
    return fitted;
  }

  private static Covariance.Affine whitening(Covariance covariance, int components, double ridge) {
    try (TensorScope scope = TensorScope.open()) {
      return covariance.whitening(components, ridge);
    }
  }

  private List<Covariance> patchStatistics(Iterable<Tensor> batches) {
    int kernel = settings.kernel();
    List<Covariance> statistics = Covariance.ofEach(settings.scales(), 3 * kernel * kernel);
    SplittableRandom random = new SplittableRandom(seed);
    forEachBatch(
        batches,
        images -> {
          Tensor image = images;
          for (int scale = 0; scale < settings.scales(); scale++) {
            image = scale == 0 ? image : torch.avg_pool2d(image, 2, 2);
            for (long n = 0; n < image.size(0); n++) {
              statistics.get(scale).add(patches(image.slice(0, at(n), at(n + 1), 1), random));
            }
          }
        });
    return statistics;
  }

  private List<Covariance> pooledStatistics(
      Iterable<Tensor> batches, Map<String, StoredTensor> filters) {
    long channels = 2L * settings.filters();
    List<Covariance> statistics = Covariance.ofEach(settings.scales(), (int) channels);
    List<ParameterSpec> specs = new ArrayList<>();
    filters.forEach((name, t) -> specs.add(new ParameterSpec(name, Init.FROZEN, t.shape())));
    try (Parameters parameters = new Parameters(specs, filters, seed)) {
      TorchOps ops = new TorchOps(parameters);
      forEachBatch(
          batches,
          images -> {
            Tensor image = images;
            for (int scale = 0; scale < settings.scales(); scale++) {
              image = scale == 0 ? image : PatchPca.shrink(ops, image);
              Tensor pooled = extractor.pooled(ops, scale, image);
              statistics.get(scale).add(pooled.permute(0, 2, 3, 1).reshape(-1, channels));
            }
          });
    }
    return statistics;
  }

  /** Patches of one image at random places, (count, 3·kernel²), ordered as a filter's weight. */
  private Tensor patches(Tensor image, SplittableRandom random) {
    int kernel = settings.kernel();
    long height = image.size(2);
    long width = image.size(3);
    long across = width - kernel + 1;
    long[] places = random.longs(PATCHES_PER_IMAGE, 0, (height - kernel + 1) * across).toArray();
    int dimensions = 3 * kernel * kernel;
    long[] pixels = new long[places.length * dimensions];
    int next = 0;
    for (long place : places) {
      long y = place / across;
      long x = place % across;
      for (int c = 0; c < 3; c++) {
        for (int v = 0; v < kernel; v++) {
          for (int u = 0; u < kernel; u++) {
            pixels[next++] = (c * height + y + v) * width + x + u;
          }
        }
      }
    }
    return image.reshape(-1).index_select(0, Tensor.create(pixels)).reshape(-1, dimensions);
  }

  private void forEachBatch(Iterable<Tensor> batches, Consumer<Tensor> action) {
    Iterator<Tensor> iterator = batches.iterator();
    try (NoGradGuard noGrad = new NoGradGuard()) {
      while (iterator.hasNext()) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor images = iterator.next();
          extractor.requireInput(images.size(2), images.size(3));
          action.accept(images);
        }
      }
    }
  }

  private static LongOptional at(long index) {
    return new LongOptional(index);
  }
}
