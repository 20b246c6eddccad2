package dev.flowline.nn;

import dev.flowline.io.StoredTensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws the values that parameters begin a training with. */
final class InitialValues {
  private InitialValues() {}

  /** Returns a parameter's first values, a function of its spec and the seed. */
  static StoredTensor of(ParameterSpec spec, long seed) {
    int n = Math.toIntExact(spec.elements());
    SplittableRandom random = new SplittableRandom(seed ^ fnv1a(spec.name()));
    if (spec.init() instanceof Init.Permutation) {
      long[] p = new long[n];
      for (int i = 0; i < n; i++) {
        int j = random.nextInt(i + 1);
        p[i] = p[j];
        p[j] = i;
      }
      return StoredTensor.of(p, spec.shape());
    }
    if (spec.init() instanceof Init.Orthogonal) {
      return RandomOrthogonal.draw(Math.toIntExact(spec.shape()[0]), random);
    }
    float[] values = new float[n];
    if (spec.init() instanceof Init.Constant constant) {
      Arrays.fill(values, (float) constant.value());
    } else if (spec.init() instanceof Init.RunningStatistic statistic) {
      Arrays.fill(values, (float) statistic.initial());
    } else if (spec.init() instanceof Init.Uniform uniform) {
      for (int i = 0; i < n; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * uniform.bound());
      }
    }
    return StoredTensor.of(values, spec.shape());
  }

  private static long fnv1a(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
