package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.List;

/** Modules one after the other; their log-determinants add up. */
public record FlowSequence(List<InvertibleModule> modules) implements InvertibleModule {
  public FlowSequence {
    modules = List.copyOf(modules);
  }

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    V value = x;
    V logDetJacobian = ops.zeros(ops.shape(x)[0]);
    for (InvertibleModule module : modules) {
      Transformed<V> next = module.forward(ops, value);
      value = next.value();
      logDetJacobian = ops.add(logDetJacobian, next.logDetJacobian());
    }
    return new Transformed<>(value, logDetJacobian);
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    V value = y;
    V logDetJacobian = ops.zeros(ops.shape(y)[0]);
    for (int i = modules.size() - 1; i >= 0; i--) {
      Transformed<V> next = modules.get(i).inverse(ops, value);
      value = next.value();
      logDetJacobian = ops.add(logDetJacobian, next.logDetJacobian());
    }
    return new Transformed<>(value, logDetJacobian);
  }
}
