package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The flow of CFlow-AD (Gudovskiy, Ishizaka, Kozuka 2022, section 4.2): every position of every
 * scale is a vector of its own, transformed by coupling blocks that are told where it lies. The
 * positions of a scale share their weights; scales do not. Since no position sees another one,
 * there is a log-determinant for each.
 *
 * @param name prefix of all parameters
 * @param blocks conditional coupling, global affine and rotation of the channels each, at least 1
 * @param codeDimensions of the {@link PositionCode}, a positive multiple of 4
 */
public record ConditionalFlow(
    String name, int blocks, int codeDimensions, SoftClamp clamp, double clampAlpha)
    implements Flow {
  public ConditionalFlow {
    Objects.requireNonNull(clamp, "clamp");
    if (blocks < 1) {
      throw new IllegalArgumentException("blocks must be at least 1, got " + blocks);
    }
    if (codeDimensions < 4 || codeDimensions % 4 != 0) {
      throw new IllegalArgumentException(
          "codeDimensions must be a positive multiple of 4, got " + codeDimensions);
    }
  }

  @Override
  public <V> Latents<V> forward(Ops<V> ops, List<V> features) {
    return byPosition(ops, features, this::forward);
  }

  @Override
  public <V> Latents<V> inverse(Ops<V> ops, List<V> latents) {
    return byPosition(ops, latents, this::inverse);
  }

  /**
   * Some positions of one scale, from any images: what a training on batches of positions needs.
   *
   * @param x vectors, (M, C, 1, 1)
   * @param codes rows of {@link #codes}, (M, codeDimensions)
   */
  public <V> Transformed<V> forward(Ops<V> ops, int scale, V x, V codes) {
    V value = x;
    V logDet = ops.zeros(ops.shape(x)[0]);
    for (int block = 0; block < blocks; block++) {
      Transformed<V> coupled = coupling(scale, block).forward(ops, value, codes);
      Transformed<V> next = unconditional(scale, block).forward(ops, coupled.value());
      value = next.value();
      logDet = ops.add(logDet, ops.add(coupled.logDetJacobian(), next.logDetJacobian()));
    }
    return new Transformed<>(value, logDet);
  }

  /** The inverse of {@link #forward(Ops, int, Object, Object)}. */
  public <V> Transformed<V> inverse(Ops<V> ops, int scale, V z, V codes) {
    V value = z;
    V logDet = ops.zeros(ops.shape(z)[0]);
    for (int block = blocks - 1; block >= 0; block--) {
      Transformed<V> previous = unconditional(scale, block).inverse(ops, value);
      Transformed<V> coupled = coupling(scale, block).inverse(ops, previous.value(), codes);
      value = coupled.value();
      logDet = ops.add(logDet, ops.add(coupled.logDetJacobian(), previous.logDetJacobian()));
    }
    return new Transformed<>(value, logDet);
  }

  /** The codes of all positions of a map, (H·W, codeDimensions), row by row. */
  public <V> V codes(Ops<V> ops, long height, long width) {
    return PositionCode.of(ops, height, width, codeDimensions);
  }

  private ConditionalCoupling coupling(int scale, int block) {
    return new ConditionalCoupling(prefix(scale, block), clamp, clampAlpha);
  }

  private FlowSequence unconditional(int scale, int block) {
    String prefix = prefix(scale, block);
    return new FlowSequence(List.of(new GlobalAffine(prefix), new SoftPermutation(prefix)));
  }

  private String prefix(int scale, int block) {
    return name + ".scale" + scale + ".module_list." + block;
  }

  private interface Stage {
    <V> Transformed<V> apply(Ops<V> ops, int scale, V x, V codes);
  }

  private <V> Latents<V> byPosition(Ops<V> ops, List<V> maps, Stage stage) {
    List<V> values = new ArrayList<>();
    List<V> logDets = new ArrayList<>();
    V sum = ops.zeros(ops.shape(maps.get(0))[0]);
    for (int scale = 0; scale < maps.size(); scale++) {
      long[] s = ops.shape(maps.get(scale));
      V vectors =
          ops.reshape(ops.transpose(maps.get(scale), 0, 2, 3, 1), s[0] * s[2] * s[3], s[1], 1, 1);
      V ofOneImage = codes(ops, s[2], s[3]);
      V codes = ops.concat(Collections.nCopies(Math.toIntExact(s[0]), ofOneImage), 0);
      Transformed<V> y = stage.apply(ops, scale, vectors, codes);
      values.add(ops.transpose(ops.reshape(y.value(), s[0], s[2], s[3], s[1]), 0, 3, 1, 2));
      logDets.add(ops.reshape(y.logDetJacobian(), s[0], 1, s[2], s[3]));
      sum = ops.add(sum, ops.sumPerSample(logDets.get(scale)));
    }
    return new Latents<>(values, sum, logDets);
  }
}
