package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.List;

/**
 * Flows one after the other, each on the latents of the one before; their log-determinants add up.
 */
public record FlowChain(List<Flow> flows) implements Flow {
  public FlowChain {
    flows = List.copyOf(flows);
  }

  @Override
  public <V> Latents<V> forward(Ops<V> ops, List<V> features) {
    List<V> values = features;
    V logDetJacobian = ops.zeros(ops.shape(features.get(0))[0]);
    for (Flow flow : flows) {
      Latents<V> next = flow.forward(ops, values);
      values = next.values();
      logDetJacobian = ops.add(logDetJacobian, next.logDetJacobian());
    }
    return new Latents<>(values, logDetJacobian);
  }

  @Override
  public <V> Latents<V> inverse(Ops<V> ops, List<V> latents) {
    List<V> values = latents;
    V logDetJacobian = ops.zeros(ops.shape(latents.get(0))[0]);
    for (int i = flows.size() - 1; i >= 0; i--) {
      Latents<V> next = flows.get(i).inverse(ops, values);
      values = next.values();
      logDetJacobian = ops.add(logDetJacobian, next.logDetJacobian());
    }
    return new Latents<>(values, logDetJacobian);
  }
}
