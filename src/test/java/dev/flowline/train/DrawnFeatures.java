package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/** Features that no image has: white noise. */
final class DrawnFeatures {
  private DrawnFeatures() {}

  /**
   * @param shapes (C, H, W) by scale
   */
  static FeatureCache of(List<long[]> shapes, int images, long seed, Path folder)
      throws IOException {
    FeatureCache cache = new FeatureCache(shapes, 1 << 28, folder);
    Random random = new Random(seed);
    for (int image = 0; image < images; image++) {
      try (TensorScope scope = TensorScope.open()) {
        List<Tensor> features = new ArrayList<>();
        for (long[] s : shapes) {
          float[] values = new float[(int) (s[0] * s[1] * s[2])];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
          }
          features.add(TensorCopy.tensor(StoredTensor.of(values, 1, s[0], s[1], s[2])));
        }
        cache.add(features);
      }
    }
    return cache;
  }
}
