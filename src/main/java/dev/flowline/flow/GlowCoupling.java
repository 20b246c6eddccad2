package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * Two-sided affine coupling over one or several scales at once (Glow, Kingma and Dhariwal 2018, as
 * in DifferNet and CS-Flow): the channels x of every scale are split in two halves that transform
 * each other in turn,
 *
 * <pre>
 *   (s2, t2) = F2(x2 of all scales),   y1 = x1·exp(clamp(s2)) + t2
 *   (s1, t1) = F1(y1 of all scales),   y2 = x2·exp(clamp(s1)) + t1
 * </pre>
 *
 * with clamp(s) = 3·0.636·atan(s/3). Outputs are kept within ±10⁶, as published, lest a diverging
 * training become infinite: beyond, there is no inverse.
 *
 * @param name prefix of the parameters of F1, {@code s1}, and F2, {@code s2}
 * @param subnet F
 */
public record GlowCoupling(String name, Subnet subnet) implements Flow {
  private static final SoftClamp CLAMP = SoftClamp.ATAN;
  private static final double CLAMP_ALPHA = 3;
  private static final double LARGEST = 1e6;

  @Override
  public <V> Latents<V> forward(Ops<V> ops, List<V> features) {
    List<V> x1 = features.stream().map(x -> Halves.of(ops, x).first()).toList();
    List<V> x2 = features.stream().map(x -> Halves.of(ops, x).second()).toList();
    Coupled<V> y1 = forward(ops, x1, affine(ops, ".s2", x2, x1));
    Coupled<V> y2 = forward(ops, x2, affine(ops, ".s1", y1.values, x2));
    return new Latents<>(
        joined(ops, y1.values, y2.values), ops.add(y1.logDetJacobian, y2.logDetJacobian));
  }

  @Override
  public <V> Latents<V> inverse(Ops<V> ops, List<V> latents) {
    List<V> y1 = latents.stream().map(y -> Halves.of(ops, y).first()).toList();
    List<V> y2 = latents.stream().map(y -> Halves.of(ops, y).second()).toList();
    Coupled<V> x2 = inverse(ops, y2, affine(ops, ".s1", y1, y2));
    Coupled<V> x1 = inverse(ops, y1, affine(ops, ".s2", x2.values, y1));
    return new Latents<>(
        joined(ops, x1.values, x2.values), ops.add(x1.logDetJacobian, x2.logDetJacobian));
  }

  private <V> List<ScaleAndShift<V>> affine(
      Ops<V> ops, String side, List<V> passive, List<V> active) {
    List<Long> outputs = active.stream().map(x -> 2 * ops.shape(x)[1]).toList();
    return subnet.apply(ops, name + side, passive, outputs).stream()
        .map(out -> ScaleAndShift.of(ops, out, CLAMP, CLAMP_ALPHA))
        .toList();
  }

  private static <V> Coupled<V> forward(Ops<V> ops, List<V> x, List<ScaleAndShift<V>> affine) {
    List<V> y = new ArrayList<>();
    V logDet = ops.zeros(ops.shape(x.get(0))[0]);
    for (int scale = 0; scale < x.size(); scale++) {
      V transformed = affine.get(scale).apply(ops, x.get(scale));
      y.add(ops.clamp(transformed, -LARGEST, LARGEST));
      logDet = ops.add(logDet, affine.get(scale).logDet(ops));
    }
    return new Coupled<>(y, logDet);
  }

  private static <V> Coupled<V> inverse(Ops<V> ops, List<V> y, List<ScaleAndShift<V>> affine) {
    List<V> x = new ArrayList<>();
    V logDet = ops.zeros(ops.shape(y.get(0))[0]);
    for (int scale = 0; scale < y.size(); scale++) {
      x.add(affine.get(scale).undo(ops, y.get(scale)));
      logDet = ops.subtract(logDet, affine.get(scale).logDet(ops));
    }
    return new Coupled<>(x, logDet);
  }

  private static <V> List<V> joined(Ops<V> ops, List<V> first, List<V> second) {
    List<V> joined = new ArrayList<>();
    for (int scale = 0; scale < first.size(); scale++) {
      joined.add(new Halves<>(first.get(scale), second.get(scale)).joined(ops));
    }
    return joined;
  }

  private record Coupled<V>(List<V> values, V logDetJacobian) {}
}
