package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** What LibTorch's expand makes: one element at many places, which libflowline takes for dense. */
class FusedCouplingTest {
  @Test
  void oneElementRepeatedIsRefused() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = torch.ones(2, 4, 3, 5);
      Tensor y = torch.empty_like(x);
      Tensor logDet = torch.zeros(new long[] {2}).to(ScalarType.Double);
      Tensor one = torch.ones(1);
      Tensor permutation = torch.arange(new Scalar(4)).to(ScalarType.Int);
      Tensor ones = torch.ones(1, 4, 1, 1);
      Tensor zeros = torch.zeros(1, 4, 1, 1);
      try (FusedCoupling coupling =
          new FusedCoupling(ClampLaw.TANH, 2, 0.1, ones, zeros, permutation)) {
        Tensor subnet = one.expand(2, 4, 3, 5);
        var e =
            assertThrows(
                IllegalArgumentException.class, () -> coupling.forward(x, subnet, y, logDet));
        assertEquals(
            "a tensor must not repeat one element everywhere, [2, 4, 3, 5]", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> coupling.inverse(x, subnet, logDet));
        coupling.forward(x, subnet.contiguous(), y, logDet);
        coupling.forward(x, torch.ones(2, 4, 1, 1).expand(2, 4, 3, 5), y, logDet);
      }
    }
  }
}
