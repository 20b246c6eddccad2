package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * The coupling of MS-Flow (Mao, Wu, Xing 2024), reconstructed: the channels are split into s
 * sub-features of ⌈C/s⌉ channels, the last one narrower where s does not divide C. The first passes
 * through; each further one is scaled and shifted by what was fused of those before it,
 *
 * <pre>
 *   y_1 = x_1,   h_1 = y_1
 *   (σ_i, t_i) = HPM_i(h_{i−1}),   y_i = x_i·exp(clamp(σ_i)) + t_i,   h_i = y_i + h_{i−1}
 * </pre>
 *
 * with clamp(σ) = 3·0.636·atan(σ/3). Where the HPM's batch norm takes the batch's statistics, in
 * training, the log-determinant is exact for the batch as a whole: the Jacobian stays triangular in
 * i across all samples.
 *
 * @param name prefix of the parameters; {@code .hpm} and i − 1 follow
 * @param parts s, at least 2
 * @param kernel of the HPMs' convolutions
 * @param hidden channels inside the HPMs
 */
public record HierarchicalCoupling(String name, int parts, int kernel, long hidden)
    implements InvertibleModule {
  private static final SoftClamp CLAMP = SoftClamp.ATAN;
  private static final double CLAMP_ALPHA = 3;

  public HierarchicalCoupling {
    if (parts < 2) {
      throw new IllegalArgumentException("s must be at least 2, got " + parts);
    }
  }

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    List<V> y = new ArrayList<>();
    V logDet = ops.zeros(ops.shape(x)[0]);
    V h = null;
    for (V part : split(ops, x)) {
      if (h == null) {
        y.add(part);
        h = part;
        continue;
      }
      ScaleAndShift<V> affine = affine(ops, y.size(), h, part);
      V transformed = affine.apply(ops, part);
      logDet = ops.add(logDet, affine.logDet(ops));
      y.add(transformed);
      h = fused(ops, transformed, h);
    }
    return new Transformed<>(ops.concat(y, 1), logDet);
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    List<V> x = new ArrayList<>();
    V logDet = ops.zeros(ops.shape(y)[0]);
    V h = null;
    for (V part : split(ops, y)) {
      if (h == null) {
        x.add(part);
        h = part;
        continue;
      }
      ScaleAndShift<V> affine = affine(ops, x.size(), h, part);
      x.add(affine.undo(ops, part));
      logDet = ops.subtract(logDet, affine.logDet(ops));
      h = fused(ops, part, h);
    }
    return new Transformed<>(ops.concat(x, 1), logDet);
  }

  private <V> ScaleAndShift<V> affine(Ops<V> ops, int index, V h, V part) {
    V out =
        new HierarchicalPerception(kernel, hidden)
            .apply(ops, name + ".hpm" + index, h, 2 * ops.shape(part)[1]);
    return ScaleAndShift.of(ops, out, CLAMP, CLAMP_ALPHA);
  }

  /** h_i = y_i + h_{i−1}, the latter cut where the last sub-feature is narrower. */
  private static <V> V fused(Ops<V> ops, V y, V before) {
    return ops.add(y, ops.slice(before, 1, 0, ops.shape(y)[1]));
  }

  /**
   * @throws IllegalArgumentException if that many channels cannot be split into s sub-features
   */
  public static void requireParts(int parts, long channels) {
    long width = width(parts, channels);
    if ((parts - 1) * width >= channels) {
      throw new IllegalArgumentException(
          "s = %s does not fit %s channels: sub-features of %s channels leave none for the last"
              .formatted(parts, channels, width));
    }
  }

  private static long width(int parts, long channels) {
    return (channels + parts - 1) / parts;
  }

  private <V> List<V> split(Ops<V> ops, V x) {
    long channels = ops.shape(x)[1];
    requireParts(parts, channels);
    long width = width(parts, channels);
    List<V> split = new ArrayList<>();
    for (long from = 0; from < channels; from += width) {
      split.add(ops.slice(x, 1, from, Math.min(channels, from + width)));
    }
    return split;
  }
}
