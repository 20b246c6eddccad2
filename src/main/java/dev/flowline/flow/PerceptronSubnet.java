package dev.flowline.flow;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The subnet of DifferNet (Rudolph, Wandt, Rosenhahn 2021, section 4.2): linear layers with ReLU
 * between them, on one vector an image.
 *
 * @param hidden widths of the hidden layers, each at least 1
 */
public record PerceptronSubnet(List<Long> hidden) implements Subnet {
  public PerceptronSubnet {
    hidden = List.copyOf(hidden);
    if (hidden.stream().anyMatch(width -> width < 1)) {
      throw new IllegalArgumentException("hidden widths must be at least 1, got " + hidden);
    }
  }

  @Override
  public <V> List<V> apply(Ops<V> ops, String name, List<V> inputs, List<Long> outputs) {
    List<V> out = new ArrayList<>();
    for (int scale = 0; scale < inputs.size(); scale++) {
      String prefix = inputs.size() == 1 ? name : name + ".scale" + scale;
      out.add(vector(ops, prefix, inputs.get(scale), outputs.get(scale)));
    }
    return out;
  }

  private <V> V vector(Ops<V> ops, String name, V x, long outputs) {
    long[] shape = ops.shape(x);
    if (shape[2] != 1 || shape[3] != 1) {
      throw new IllegalArgumentException(
          "this flow takes vectors, (N, C, 1, 1), got " + Arrays.toString(shape));
    }
    V h = ops.reshape(x, shape[0], shape[1]);
    for (int layer = 0; layer < hidden.size(); layer++) {
      h = ops.relu(Layers.linear(ops, name + "." + 2 * layer, h, hidden.get(layer)));
    }
    V out = Layers.linear(ops, name + "." + 2 * hidden.size(), h, outputs);
    return ops.reshape(out, shape[0], outputs, 1, 1);
  }
}
