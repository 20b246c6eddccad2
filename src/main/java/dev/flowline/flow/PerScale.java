package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * An independent module for every scale; their log-determinants add up.
 *
 * @param modules per scale, finest first, at least one
 */
public record PerScale(List<InvertibleModule> modules) implements Flow {
  public PerScale {
    modules = List.copyOf(modules);
    if (modules.isEmpty()) {
      throw new IllegalArgumentException("a flow needs at least one scale");
    }
  }

  @Override
  public <V> Latents<V> forward(Ops<V> ops, List<V> features) {
    return each(ops, features, InvertibleModule::forward);
  }

  @Override
  public <V> Latents<V> inverse(Ops<V> ops, List<V> latents) {
    return each(ops, latents, InvertibleModule::inverse);
  }

  private interface Direction {
    <V> Transformed<V> apply(InvertibleModule module, Ops<V> ops, V x);
  }

  private <V> Latents<V> each(Ops<V> ops, List<V> maps, Direction direction) {
    if (maps.size() != modules.size()) {
      throw new IllegalArgumentException(
          "the flow has " + modules.size() + " scales, got features at " + maps.size());
    }
    List<V> values = new ArrayList<>();
    V logDetJacobian = ops.zeros(ops.shape(maps.get(0))[0]);
    for (int scale = 0; scale < modules.size(); scale++) {
      Transformed<V> y = direction.apply(modules.get(scale), ops, maps.get(scale));
      values.add(y.value());
      logDetJacobian = ops.add(logDetJacobian, y.logDetJacobian());
    }
    return new Latents<>(values, logDetJacobian);
  }
}
