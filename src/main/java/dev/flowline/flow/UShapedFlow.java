package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * U-Flow's flow (Tailanian et al., section 3.2). From the coarsest scale up: a stage of {@code
 * steps} coupling blocks; of its V channels the first 4·⌊V/8⌋ are upsampled invertibly and appended
 * to the next finer features, the others are this scale's latent. The finest stage's whole output
 * is its latent.
 *
 * <p>Parameters are numbered as in the released checkpoints, where a split, an upsampling and a
 * concatenation between two stages take a number each.
 *
 * @param name prefix of all parameters
 * @param channels of the features per scale, finest first, at least one scale
 * @param steps coupling blocks per stage, at least 1; kernels alternate 3, 1, 3, 1 …
 */
public record UShapedFlow(String name, List<Long> channels, int steps, SoftClamp clamp)
    implements Flow {
  private static final double HIDDEN_RATIO = 1.0;
  private static final long NARROWEST_COARSE = 8; // below, nothing would rise to the finer scale
  private static final int NODES_BETWEEN_STAGES = 3;

  public UShapedFlow {
    channels = List.copyOf(channels);
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("a flow needs at least one scale");
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, got " + steps);
    }
    for (long coarse : channels.subList(1, channels.size())) {
      if (coarse < NARROWEST_COARSE) {
        throw new IllegalArgumentException(
            "every scale but the finest needs at least 8 channels, got " + channels);
      }
    }
  }

  @Override
  public <V> Latents<V> forward(Ops<V> ops, List<V> features) {
    check(ops, features);
    List<V> latents = new ArrayList<>();
    int scales = channels.size();
    V x = features.get(scales - 1);
    V logDetJacobian = ops.zeros(ops.shape(x)[0]);
    for (int scale = scales - 1; ; scale--) {
      Transformed<V> stage = stage(scale).forward(ops, x);
      logDetJacobian = ops.add(logDetJacobian, stage.logDetJacobian());
      if (scale == 0) {
        latents.add(0, stage.value());
        return new Latents<>(latents, logDetJacobian);
      }
      long rising = rising(width(scale));
      latents.add(0, ops.slice(stage.value(), 1, rising, width(scale)));
      V up = ops.pixelShuffle2(ops.slice(stage.value(), 1, 0, rising));
      x = ops.concat(List.of(features.get(scale - 1), up), 1);
    }
  }

  @Override
  public <V> Latents<V> inverse(Ops<V> ops, List<V> latents) {
    List<V> features = new ArrayList<>();
    V value = latents.get(0);
    V logDetJacobian = ops.zeros(ops.shape(value)[0]);
    for (int scale = 0; ; scale++) {
      Transformed<V> stage = stage(scale).inverse(ops, value);
      logDetJacobian = ops.add(logDetJacobian, stage.logDetJacobian());
      if (scale == channels.size() - 1) {
        features.add(stage.value());
        return new Latents<>(features, logDetJacobian);
      }
      long own = channels.get(scale);
      features.add(ops.slice(stage.value(), 1, 0, own));
      V down = ops.pixelUnshuffle2(ops.slice(stage.value(), 1, own, width(scale)));
      value = ops.concat(List.of(down, latents.get(scale + 1)), 1);
    }
  }

  /** Channels V of a scale's stage: its features and what rose to it. */
  private long width(int scale) {
    long width = 0;
    for (int s = channels.size() - 1; s >= scale; s--) {
      width = channels.get(s) + rising(width) / 4;
    }
    return width;
  }

  /** Channels of a stage's V that rise to the next finer scale. */
  private static long rising(long width) {
    return 4 * (width / 8);
  }

  private FlowStage stage(int scale) {
    int first = (channels.size() - 1 - scale) * (steps + NODES_BETWEEN_STAGES);
    return new FlowStage(name, first, steps, FlowStage.ALTERNATING, HIDDEN_RATIO, clamp);
  }

  private <V> void check(Ops<V> ops, List<V> features) {
    if (features.size() != channels.size()) {
      throw new IllegalArgumentException(
          "the flow has " + channels.size() + " scales, got features at " + features.size());
    }
    for (int scale = 1; scale < features.size(); scale++) {
      long[] fine = ops.shape(features.get(scale - 1));
      long[] coarse = ops.shape(features.get(scale));
      if (fine[2] != 2 * coarse[2] || fine[3] != 2 * coarse[3]) {
        throw new IllegalArgumentException(
            "each scale must have half the height and width of the next finer one, got "
                + Arrays.toString(fine)
                + " above "
                + Arrays.toString(coarse));
      }
    }
  }
}
