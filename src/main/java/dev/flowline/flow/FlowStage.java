package dev.flowline.flow;

import dev.flowline.nn.Coupling;
import dev.flowline.nn.FlowStep;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The coupling blocks of one scale, one after the other: a flow stage of U-Flow, the whole 2-D flow
 * of a scale in FastFlow. Their log-scales are bounded by 2, as both publish.
 *
 * @param name prefix of all parameters; {@code .module_list.} and a block's number follow
 * @param first number of the first block
 * @param steps coupling blocks, at least 1
 * @param kernels sides of the subnets' convolutions, odd; the blocks take them in turn
 * @param hiddenRatio hidden channels of a subnet per channel of its input
 * @param clamp the function that clamps the log-scale
 */
public record FlowStage(
    String name, int first, int steps, List<Integer> kernels, double hiddenRatio, SoftClamp clamp)
    implements InvertibleModule {
  /** The kernels of U-Flow: 3×3 and 1×1 in turn. */
  public static final List<Integer> ALTERNATING = List.of(3, 1);

  private static final double CLAMP_ALPHA = 2.0;
  private static final Set<Integer> FUSED = Set.of(1, 3); // kernels of whole flow steps

  public FlowStage {
    Objects.requireNonNull(clamp, "clamp");
    kernels = List.copyOf(kernels);
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, got " + steps);
    }
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("kernels must be at least one");
    }
  }

  /** {@inheritDoc} In an inspection the log-determinant may be NaN: unknown. */
  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    if (FUSED.containsAll(kernels)) {
      long channels = ops.shape(x)[1];
      Optional<Coupling.Result<V>> fused =
          ops.flowSteps(name + "." + first, () -> steps(ops, channels), x);
      if (fused.isPresent()) {
        return new Transformed<>(fused.get().value(), fused.get().logDetJacobian());
      }
    }
    return new FlowSequence(List.copyOf(blocks())).forward(ops, x);
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    return new FlowSequence(List.copyOf(blocks())).inverse(ops, y);
  }

  private <V> List<FlowStep<V>> steps(Ops<V> ops, long channels) {
    return blocks().stream().map(block -> block.step(ops, channels)).toList();
  }

  private List<CouplingBlock> blocks() {
    List<CouplingBlock> blocks = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      String block = name + ".module_list." + (first + step);
      int kernel = kernels.get(step % kernels.size());
      blocks.add(new CouplingBlock(block, kernel, hiddenRatio, clamp, CLAMP_ALPHA));
    }
    return blocks;
  }
}
