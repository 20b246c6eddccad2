package dev.flowline.flow;

import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The subnet of CS-Flow (Rudolph, Wehrbein, Rosenhahn, Wandt 2022, section 3.3), in which
 * neighbouring scales see each other:
 *
 * <pre>
 *   h_l   = leakyRelu(conv k(x_l), 0.1)
 *   out_l = γ_l·(conv k(h_l) + conv k(up(h_{l+1})) + conv k, stride 2(h_{l−1}))
 * </pre>
 *
 * where l counts from the finest scale, terms beyond the ends are absent, up is bilinear to the
 * finer scale's size, and γ_l is a learned scalar, at first 0.
 *
 * @param kernel k, odd
 * @param hidden channels of h, at least 1
 */
public record CrossScaleSubnet(int kernel, long hidden) implements Subnet {
  private static final double NEGATIVE_SLOPE = 0.1;

  public CrossScaleSubnet {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd and positive, got " + kernel);
    }
    if (hidden < 1) {
      throw new IllegalArgumentException("hidden must be at least 1, got " + hidden);
    }
  }

  @Override
  public <V> List<V> apply(Ops<V> ops, String name, List<V> inputs, List<Long> outputs) {
    requireHalving(ops, inputs);
    int scales = inputs.size();
    List<V> h = new ArrayList<>();
    for (int l = 0; l < scales; l++) {
      V x = Layers.conv2d(ops, name + ".conv_scale" + l + "_0", inputs.get(l), hidden, kernel);
      h.add(ops.leakyRelu(x, NEGATIVE_SLOPE));
    }
    List<V> out = new ArrayList<>();
    for (int l = 0; l < scales; l++) {
      long channels = outputs.get(l);
      V sum = Layers.conv2d(ops, name + ".conv_scale" + l + "_1", h.get(l), channels, kernel);
      if (l + 1 < scales) {
        long[] size = ops.shape(h.get(l));
        V up = ops.resizeBilinear(h.get(l + 1), size[2], size[3]);
        String convolution = name + ".up_conv" + (l + 1) + l;
        sum = ops.add(sum, Layers.conv2d(ops, convolution, up, channels, kernel));
      }
      if (l > 0) {
        String convolution = name + ".down_conv" + (l - 1) + l;
        sum = ops.add(sum, Layers.conv2d(ops, convolution, h.get(l - 1), channels, kernel, 2));
      }
      V gamma = ops.parameter(name + ".gamma" + l, Init.constant(0), 1);
      out.add(ops.multiply(sum, gamma));
    }
    return out;
  }

  private static <V> void requireHalving(Ops<V> ops, List<V> scales) {
    for (int l = 1; l < scales.size(); l++) {
      long[] fine = ops.shape(scales.get(l - 1));
      long[] coarse = ops.shape(scales.get(l));
      if (coarse[2] != (fine[2] + 1) / 2 || coarse[3] != (fine[3] + 1) / 2) {
        throw new IllegalArgumentException(
            "each scale must have half the height and width, rounded up, of the next finer one, got "
                + Arrays.toString(coarse)
                + " below "
                + Arrays.toString(fine));
      }
    }
  }
}
