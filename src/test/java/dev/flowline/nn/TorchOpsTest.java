package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Operations whose meaning a shape does not tell, on numbers that can be followed by hand. */
class TorchOpsTest {
  @Test
  void nearestTakesThePixelAboveAndToTheLeft() {
    StoredTensor y = run(row(0, 1, 2, 3, 4), (ops, x) -> ops.resizeNearest(x, 1, 3));
    assertArrayEquals(new float[] {0, 1, 3}, y.toFloats()); // floor of 0, 5/3, 10/3
    assertArrayEquals(
        new float[] {0, 0, 1, 1},
        run(row(0, 1), (ops, x) -> ops.resizeNearest(x, 1, 4)).toFloats());
  }

  @Test
  void zerosAreAddedAlongTheDimension() {
    assertArrayEquals(
        new float[] {0, 7, 8, 0, 0},
        run(row(7, 8), (ops, x) -> ops.padZeros(x, 3, 1, 2)).toFloats());
    StoredTensor rows = run(row(7, 8), (ops, x) -> ops.padZeros(x, 2, 0, 1));
    assertArrayEquals(new long[] {1, 1, 2, 2}, rows.shape());
    assertArrayEquals(new float[] {7, 8, 0, 0}, rows.toFloats());
    StoredTensor images = run(row(7, 8), (ops, x) -> ops.padZeros(x, 0, 1, 0));
    assertArrayEquals(new float[] {0, 0, 7, 8}, images.toFloats());
  }

  @Test
  void selectedSlicesMayRepeat() {
    assertArrayEquals(
        new float[] {9, 7, 9},
        run(row(7, 8, 9), (ops, x) -> ops.indexSelect(x, 3, 2, 0, 2)).toFloats());
  }

  @Test
  void groupsOfChannelsDoNotMix() {
    StoredTensor x = StoredTensor.of(new float[] {1, 10, 100, 1000}, 1, 4, 1, 1);
    StoredTensor y =
        run(
            x,
            (ops, v) ->
                ops.conv2d(v, ops.constant(new float[] {1, 2, 3, 4}, 2, 2, 1, 1), null, 1, 0, 2));
    assertArrayEquals(new float[] {21, 4300}, y.toFloats());
  }

  @Test
  void gatesAndMeans() {
    assertEquals(2 / (1 + Math.exp(-2)), run(row(2), Ops::silu).get(0), 1e-6);
    assertEquals(1 / (1 + Math.exp(2)), run(row(-2), Ops::sigmoid).get(0), 1e-6);
    StoredTensor mean = run(row(1, 2, 6), Ops::meanOverImage);
    assertArrayEquals(new long[] {1, 1, 1, 1}, mean.shape());
    assertEquals(3, mean.get(0), 1e-6);
  }

  private interface Operation {
    Tensor apply(Ops<Tensor> ops, Tensor x);
  }

  private static StoredTensor row(float... values) {
    return StoredTensor.of(values, 1, 1, 1, values.length);
  }

  private static StoredTensor run(StoredTensor x, Operation operation) {
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      return TensorCopy.store(operation.apply(new TorchOps(none), TensorCopy.tensor(x)));
    }
  }
}
