package dev.flowline.flow;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.List;

/**
 * One-sided affine coupling of vectors whose subnet is told a condition as well (CFlow-AD, section
 * 4.2): the first C1 = C − ⌊C/2⌋ channels pass through,
 *
 * <pre>  y2 = x2·exp(s) + t,   s = clamp(0.1·a),   t = 0.1·b,   (a, b) = subnet(x1, condition)
 * </pre>
 *
 * with subnet = linear, C1 + D → 2·(C1 + D); ReLU; linear, 2·(C1 + D) → 2·C2.
 *
 * @param name prefix of the subnet's parameters
 * @param clampAlpha bound of the log-scale
 */
record ConditionalCoupling(String name, SoftClamp clamp, double clampAlpha) {
  /**
   * @param x vectors, (M, C, 1, 1)
   * @param condition (M, D)
   */
  <V> Transformed<V> forward(Ops<V> ops, V x, V condition) {
    Halves<V> halves = Halves.of(ops, x);
    ScaleAndShift<V> affine = affine(ops, halves, condition);
    V y2 = affine.apply(ops, halves.second());
    return new Transformed<>(new Halves<>(halves.first(), y2).joined(ops), affine.logDet(ops));
  }

  <V> Transformed<V> inverse(Ops<V> ops, V y, V condition) {
    Halves<V> halves = Halves.of(ops, y);
    ScaleAndShift<V> affine = affine(ops, halves, condition);
    V x2 = affine.undo(ops, halves.second());
    return new Transformed<>(
        new Halves<>(halves.first(), x2).joined(ops), ops.multiply(affine.logDet(ops), -1));
  }

  private <V> ScaleAndShift<V> affine(Ops<V> ops, Halves<V> halves, V condition) {
    long[] passive = ops.shape(halves.first());
    long[] active = ops.shape(halves.second());
    V input =
        ops.concat(List.of(ops.reshape(halves.first(), passive[0], passive[1]), condition), 1);
    V h = ops.relu(Layers.linear(ops, name + ".subnet.0", input, 2 * ops.shape(input)[1]));
    V out = Layers.linear(ops, name + ".subnet.2", h, 2 * active[1]);
    V scaled =
        ops.multiply(ops.reshape(out, active[0], 2 * active[1], 1, 1), ScaleAndShift.SUBNET_GAIN);
    return ScaleAndShift.of(ops, scaled, clamp, clampAlpha);
  }
}
