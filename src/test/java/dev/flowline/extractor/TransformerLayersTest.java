package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.InferenceOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformers by libflowline's layers are those by LibTorch's, but for rounding. */
class TransformerLayersTest {
  private static final int SIZE = 144; // 81 tokens
  private static final CaiT CAIT = new CaiT(new CaiT.Variant("small", 96, 4, 3, 3, SIZE));
  private static final Deit DEIT = new Deit(new Deit.Variant("small", 64, 3, 2, 2, SIZE));
  private static final CaiT NARROW = new CaiT(new CaiT.Variant("narrow", 40, 2, 2, 2, SIZE));

  @AfterEach
  void oneThreadAgain() {
    NativeRuntime.setThreads(1);
    NativeRuntime.load();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void featuresAreTheSame(int threads) {
    NativeRuntime.setThreads(threads);
    assertSame(CAIT);
    assertSame(DEIT);
    assertSame(NARROW); // heads of 20 channels, which LibTorch lets attend
  }

  @Test
  void theyAreTaken() {
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(List.of(), Map.of(), 0);
        InferenceOps fast = new InferenceOps(parameters);
        NoGradGuard constant = new NoGradGuard()) {
      assertTrue(fast.attention(torch.ones(1, 5, 3 * 2 * 16), 2, null).isPresent());
      assertTrue(fast.attention(torch.ones(1, 5, 3 * 2 * 8), 2, null).isEmpty());
    }
  }

  private static void assertSame(FeatureExtractor network) {
    StoredTensor images = Frozen.random(new Random(4), 2, 3, SIZE, SIZE);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters =
            new Parameters(
                network.frozenParameters(SIZE, SIZE),
                Frozen.random(network.frozenParameters(SIZE, SIZE), 5),
                0);
        InferenceOps fast = new InferenceOps(parameters);
        NoGradGuard constant = new NoGradGuard()) {
      Tensor x = TensorCopy.tensor(images);
      StoredTensor expected =
          TensorCopy.store(network.features(new TorchOps(parameters), x).get(0));
      StoredTensor actual = TensorCopy.store(network.features(fast, x).get(0));
      assertArrayEquals(expected.shape(), actual.shape());
      for (int i = 0; i < expected.toFloats().length; i++) {
        assertEquals(expected.get(i), actual.get(i), 2e-5, network.name() + ", element " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPartKeepsItsResultAlone(boolean ofGradients) {
    Tensor result;
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(List.of(), Map.of(), 0);
        NoGradGuard constant = ofGradients ? null : new NoGradGuard()) {
      TorchOps ops = new TorchOps(parameters);
      Tensor[] made = new Tensor[1];
      result =
          ops.part(
              () -> {
                made[0] = ops.constant(new float[] {1, 2, 3}, 3);
                return ops.add(made[0], 1);
              });
      assertNotNull(made[0]);
      assertEquals(!ofGradients, made[0].isNull());
      assertFalse(result.isNull());
      assertArrayEquals(new float[] {2, 3, 4}, TensorCopy.store(result).toFloats());
    }
    assertTrue(result.isNull()); // it was the caller's scope's
  }
}
