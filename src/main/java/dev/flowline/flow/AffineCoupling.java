package dev.flowline.flow;

import dev.flowline.nn.ConvolutionParameters;
import dev.flowline.nn.Coupling;
import dev.flowline.nn.FlowStep;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;

/**
 * One-sided affine coupling with a convolutional subnet (Dinh et al. 2017; U-Flow, section 3.2):
 * the first C1 = C − ⌊C/2⌋ channels pass through and say how the last C2 = ⌊C/2⌋ are scaled and
 * shifted,
 *
 * <pre>  y2 = x2·exp(s) + t,   s = clamp(0.1·a),   t = 0.1·b,   (a, b) = subnet(x1)</pre>
 *
 * with subnet = conv k, C1 → hidden; ReLU; conv k, hidden → 2·C2.
 *
 * @param name prefix of the subnet's parameters
 * @param kernel side of both convolutions, odd
 * @param hiddenRatio hidden = ⌊C1·hiddenRatio⌋, at least 1
 * @param clampAlpha bound of the log-scale
 */
public record AffineCoupling(
    String name, int kernel, double hiddenRatio, SoftClamp clamp, double clampAlpha)
    implements InvertibleModule {
  public AffineCoupling {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd and positive, got " + kernel);
    }
    if (!(hiddenRatio > 0)) {
      throw new IllegalArgumentException("hiddenRatio must be positive, got " + hiddenRatio);
    }
    if (!(clampAlpha > 0)) {
      throw new IllegalArgumentException("clampAlpha must be positive, got " + clampAlpha);
    }
  }

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    Halves<V> halves = Halves.of(ops, x);
    ScaleAndShift<V> affine = affine(ops, halves);
    V y2 = affine.apply(ops, halves.second());
    return new Transformed<>(new Halves<>(halves.first(), y2).joined(ops), affine.logDet(ops));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    Halves<V> halves = Halves.of(ops, y);
    ScaleAndShift<V> affine = affine(ops, halves);
    V x2 = affine.undo(ops, halves.second());
    return new Transformed<>(
        new Halves<>(halves.first(), x2).joined(ops), ops.multiply(affine.logDet(ops), -1));
  }

  /** Computes (a, b) of the first channels, for so many others. */
  <V> V subnet(Ops<V> ops, V x1, long active) {
    V h = ops.relu(Layers.conv2d(ops, first(), x1, hidden(ops.shape(x1)[1]), kernel));
    return Layers.conv2d(ops, second(), h, 2 * active, kernel);
  }

  /** Returns this coupling of so many channels, with what follows it, as one step. */
  <V> FlowStep<V> step(Ops<V> ops, long channels, Coupling<V> coupling) {
    long passive = Halves.first(channels);
    long outputs = 2 * (channels - passive);
    long hidden = hidden(passive);
    ConvolutionParameters<V> one = Layers.conv2dParameters(ops, first(), passive, hidden, kernel);
    ConvolutionParameters<V> two = Layers.conv2dParameters(ops, second(), hidden, outputs, kernel);
    return new FlowStep<>(one.weight(), one.bias(), two.weight(), two.bias(), coupling);
  }

  private String first() {
    return name + ".subnet.0";
  }

  private String second() {
    return name + ".subnet.2";
  }

  private long hidden(long passive) {
    return Math.max(1, (long) Math.floor(passive * hiddenRatio));
  }

  private <V> ScaleAndShift<V> affine(Ops<V> ops, Halves<V> halves) {
    V out = subnet(ops, halves.first(), ops.shape(halves.second())[1]);
    return ScaleAndShift.of(ops, ops.multiply(out, ScaleAndShift.SUBNET_GAIN), clamp, clampAlpha);
  }
}
