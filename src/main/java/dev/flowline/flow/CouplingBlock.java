package dev.flowline.flow;

import java.util.List;

/** A flow step: affine coupling, then global affine, then permutation of the channels. */
public final class CouplingBlock {
  private CouplingBlock() {}

  /**
   * @param name prefix of all the step's parameters
   */
  public static FlowSequence of(
      String name, int kernel, double hiddenRatio, SoftClamp clamp, double clampAlpha) {
    return new FlowSequence(
        List.of(
            new AffineCoupling(name, kernel, hiddenRatio, clamp, clampAlpha),
            new GlobalAffine(name),
            new ChannelPermutation(name)));
  }
}
