package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OpenBlasThreadsTest {
  private static final int WORKERS = 4;
  private static final int ROUNDS = 100;

  @BeforeEach
  void load() {
    Natives.load();
  }

  @AfterEach
  void oneThreadAgain() {
    Natives.setThreads(1);
    Natives.load();
    OpenBlasThreads.replace();
  }

  @Test
  void itIsOnThisPlatformsThreads() {
    assertTrue(OpenBlasThreads.replace());
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aProductHasTheBitsThatOpenBlasOwnThreadsGive() {
    for (int threads : new int[] {2, 3}) {
      Natives.setThreads(threads);
      for (int seed = 0; seed < 20; seed++) {
        SplittableRandom sizes = new SplittableRandom(seed);
        int m = 1 + sizes.nextInt(400);
        int n = seed % 4 == 0 ? 1 : 1 + sizes.nextInt(400);
        int k = 1 + sizes.nextInt(400);
        try (TensorScope scope = TensorScope.open()) {
          Tensor a = uniform(seed, m, k);
          Tensor b = uniform(-seed - 1, k, n);
          OpenBlasThreads.restore();
          float[] own = TensorCopy.store(a.matmul(b)).toFloats();
          assertTrue(OpenBlasThreads.replace());
          assertArrayEquals(own, TensorCopy.store(a.matmul(b)).toFloats());
        }
      }
    }
  }

  /** Products, OpenMP's own work, and products from within OpenMP's regions. */
  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void manyThreadsAtOnceComputeRightly() throws Exception {
    for (int threads : new int[] {1, 2, 3}) {
      Natives.setThreads(threads);
      ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
      try {
        List<Future<?>> done = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
          long seed = 1000L * threads + worker;
          done.add(workers.submit(() -> computeManyTimes(new SplittableRandom(seed))));
        }
        for (Future<?> one : done) {
          one.get();
        }
      } finally {
        workers.shutdownNow();
      }
    }
  }

  private static void computeManyTimes(SplittableRandom random) {
    for (int round = 0; round < ROUNDS; round++) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        if (random.nextInt(4) == 0) {
          convolveInARegion(random);
        } else {
          multiply(random);
        }
      }
    }
  }

  private static void multiply(SplittableRandom random) {
    int m = 1 + random.nextInt(250);
    int n = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(250);
    int k = 1 + random.nextInt(250);
    Tensor a = uniform(random.nextLong(), m, k);
    Tensor b = torch.tanh(uniform(random.nextLong(), k, n)); // OpenMP's own
    float[] left = TensorCopy.store(a).toFloats();
    float[] right = TensorCopy.store(b).toFloats();
    float[] product = TensorCopy.store(a.matmul(b)).toFloats();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += (double) left[i * k + l] * right[l * n + j];
        }
        assertEquals(sum, product[i * n + j], 1e-6 * k, m + "×" + k + "×" + n);
      }
    }
  }

  /** LibTorch convolves one image of double precision after the other, in a region of OpenMP. */
  private static void convolveInARegion(SplittableRandom random) {
    int channels = 20 + random.nextInt(30);
    Tensor x = uniform(random.nextLong(), 3, channels, 12, 12).to(ScalarType.Double);
    Tensor w = uniform(random.nextLong(), 40, channels, 3, 3).to(ScalarType.Double);
    Tensor all = torch.conv2d(x, w);
    Tensor columns =
        torch.im2col(x, new long[] {3, 3}, new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1});
    Tensor expected =
        w.reshape(1, 40, 1, 9L * channels, 1)
            .mul(columns.reshape(3, 1, 1, 9L * channels, 100))
            .sum(new long[] {3});
    double off = all.reshape(3, 40, 1, 100).sub(expected).abs().max().item_double();
    assertTrue(off < 1e-9, "convolution is off by " + off);
  }

  private static Tensor uniform(long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = 1;
    for (long size : shape) {
      length *= (int) size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return AbstractTensor.create(values, shape);
  }
}
