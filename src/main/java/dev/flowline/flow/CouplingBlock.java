package dev.flowline.flow;

import dev.flowline.nn.Coupling;
import dev.flowline.nn.FlowStep;
import dev.flowline.nn.Ops;
import java.util.List;

/**
 * A flow step: affine coupling, then global affine, then permutation of the channels. If the
 * operations have it all in one pass, which they do without gradients, that is taken; otherwise one
 * module runs after the other, to the same values but for rounding.
 *
 * @param name prefix of all the step's parameters
 */
public record CouplingBlock(
    String name, int kernel, double hiddenRatio, SoftClamp clamp, double clampAlpha)
    implements InvertibleModule {

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    if (!ops.couples()) {
      return modules().forward(ops, x);
    }
    long channels = ops.shape(x)[1];
    long passive = Halves.first(channels);
    V subnet = coupling().subnet(ops, ops.slice(x, 1, 0, passive), channels - passive);
    return transformed(ops.couple(how(ops, channels), x, subnet));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    if (!ops.couples()) {
      return modules().inverse(ops, y);
    }
    long channels = ops.shape(y)[1];
    long active = channels - Halves.first(channels);
    return transformed(
        ops.uncouple(how(ops, channels), y, x1 -> coupling().subnet(ops, x1, active)));
  }

  /** Returns this block of so many channels with its parameters. */
  <V> FlowStep<V> step(Ops<V> ops, long channels) {
    return coupling().step(ops, channels, how(ops, channels));
  }

  /** Returns this block as modules that run one after the other. */
  FlowSequence modules() {
    return new FlowSequence(
        List.of(coupling(), new GlobalAffine(name), new ChannelPermutation(name)));
  }

  private AffineCoupling coupling() {
    return new AffineCoupling(name, kernel, hiddenRatio, clamp, clampAlpha);
  }

  private <V> Coupling<V> how(Ops<V> ops, long channels) {
    GlobalAffine affine = new GlobalAffine(name);
    return new Coupling<>(
        clamp.law,
        clampAlpha,
        ScaleAndShift.SUBNET_GAIN,
        affine.scale(ops, channels),
        affine.offset(ops, channels),
        ChannelPermutation.parameter(name));
  }

  private static <V> Transformed<V> transformed(Coupling.Result<V> result) {
    return new Transformed<>(result.value(), result.logDetJacobian());
  }
}
