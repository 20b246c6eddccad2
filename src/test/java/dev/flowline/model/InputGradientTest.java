package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class InputGradientTest {
  private static final int HEIGHT = 32;
  private static final int WIDTH = 40;

  /** With the pixels themselves as latents, the gradient of ½‖x‖² is x. */
  @Test
  void ofTheIdentityIsTheSmoothedMagnitudeOfTheImage() {
    float[] pixels = new float[3 * HEIGHT * WIDTH];
    pixels[16 * WIDTH + 20] = 2;
    pixels[(HEIGHT + 16) * WIDTH + 20] = -3;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      TorchOps ops = new TorchOps(none);
      Tensor images = TensorCopy.tensor(StoredTensor.of(pixels, 1, 3, HEIGHT, WIDTH));
      Tensor map = InputGradient.map(ops, images, x -> new Latents<>(List.of(x), ops.zeros(1)));
      assertArrayEquals(new long[] {1, 1, HEIGHT, WIDTH}, Tensors.shape(map));
      StoredTensor stored = TensorCopy.store(map);
      double sum = 0;
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          double value = stored.get(y * WIDTH + x);
          sum += value;
          double squared = (y - 16) * (y - 16) + (x - 20) * (x - 20);
          boolean reached = Math.abs(y - 16) <= 12 && Math.abs(x - 20) <= 12;
          double expected = reached ? 5 * Math.exp(-squared / 18) / (18 * Math.PI) : 0;
          assertEquals(expected, value, 2e-4 * 5 / (18 * Math.PI), y + ", " + x);
        }
      }
      assertEquals(5, sum, 1e-4, "a Gaussian keeps the sum");
    }
  }

  /** Through an extractor and a flow, without gradients left on the weights. */
  @Test
  void ofAModelIsFiniteAndTouchesNoWeight() {
    float[] pixels = new float[2 * 3 * 32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i);
    }
    ModelConfig config =
        dev.flowline.TinyLine.config(ModelKind.MS_FLOW, new MsFlow(2, List.of(3), 4), 32, 32, 1);
    try (AnomalyModel model =
            AnomalyModel.create(config, dev.flowline.TinyLine.drawnExtractor(config));
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Tensor images = TensorCopy.tensor(StoredTensor.of(pixels, 2, 3, 32, 32));
      Tensor map = model.inputGradientMap(images);
      assertTrue(map.isfinite().all().item_bool());
      assertTrue(map.min().item_double() >= 0 && map.max().item_double() > 0);
      assertFalse(map.requires_grad());
      model
          .parameters()
          .trainable()
          .forEach((name, tensor) -> assertFalse(tensor.grad().defined(), name));
    }
  }
}
