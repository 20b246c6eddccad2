package dev.flowline.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class TensorsTest {
  /** By address and strides a view finds what LibTorch finds by index, whatever the layout. */
  @Test
  void aViewAddressesTheTensorsElements() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor dense = torch.arange(new org.bytedeco.pytorch.Scalar(2 * 6 * 4 * 5));
      Tensor images = dense.to(ScalarType.Float).reshape(2, 6, 4, 5);
      assertAddresses(images);
      assertAddresses(images.contiguous(MemoryFormat.ChannelsLast));
      assertAddresses(images.slice(1, new LongOptional(2), new LongOptional(5), 1));
      assertAddresses(images.slice(3, new LongOptional(1), new LongOptional(5), 2));
      assertAddresses(images.permute(0, 1, 3, 2));
    }
  }

  private static void assertAddresses(Tensor tensor) {
    NativeView view = Tensors.view(tensor);
    assertEquals(Device.CPU, view.device());
    assertSame(tensor, view.owner());
    long[] shape = view.shape();
    long[] strides = view.strides();
    int seen = 0;
    for (long n = 0; n < shape[0]; n++) {
      for (long c = 0; c < shape[1]; c++) {
        for (long y = 0; y < shape[2]; y++) {
          for (long x = 0; x < shape[3]; x++) {
            long element = n * strides[0] + c * strides[1] + y * strides[2] + x * strides[3];
            Tensor wanted = tensor.get(n).get(c).get(y).get(x);
            assertEquals(wanted.item_float(), at(view.address() + element * Float.BYTES));
            seen++;
          }
        }
      }
    }
    assertEquals(tensor.numel(), seen);
  }

  private static float at(long address) {
    return new Floats(address).get();
  }

  private static final class Floats extends FloatPointer {
    Floats(long address) {
      this.address = address;
    }
  }

  @Test
  void onlyFloat32HasAView() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor doubles = torch.zeros(new long[] {3}, Tensors.options(ScalarType.Double, Device.CPU));
      var e = assertThrows(IllegalArgumentException.class, () -> Tensors.view(doubles));
      assertTrue(e.getMessage().contains("float32"), e.getMessage());
    }
  }

  @Test
  void nothingIsCopiedToWhereItIs() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor tensor = torch.zeros(new long[] {3}, Tensors.options(ScalarType.Float, Device.CPU));
      assertSame(tensor, Tensors.on(Device.CPU, tensor));
    }
  }

  @Test
  void aMachineWithoutCudaSaysWhy() {
    var reason = Cuda.whyNot(Device.cuda(100));
    assertTrue(reason.isPresent() && !reason.get().isBlank(), reason.toString());
  }

  @Test
  void resultsAreReadFromWhereTheyWereWritten() {
    try (ResultMemory host = new HostMemory();
        ResultMemory torch = new TorchMemory(Device.CPU)) {
      for (ResultMemory memory : new ResultMemory[] {host, torch}) {
        try (TensorScope scope = TensorScope.open()) {
          long address = memory.reserve(6);
          new Floats(address).put(1, 2, 3, 4, 5, 6);
          assertEquals(address, memory.reserve(4), "what is there is used again");
        }
        float[] read = new float[3];
        memory.read(2, read);
        assertArrayEquals(new float[] {3, 4, 5}, read);
        memory.reserve(1 << 20);
        memory.close();
        memory.close();
      }
    }
  }
}
