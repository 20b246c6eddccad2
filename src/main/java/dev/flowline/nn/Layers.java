package dev.flowline.nn;

/** The layers that own parameters, named as PyTorch names them. */
public final class Layers {
  private Layers() {}

  /** Frozen convolution with bias, "same" padding for odd kernels at stride 1. */
  public static <V> V frozenConv2d(
      Ops<V> ops, String name, V x, long out, int kernel, int stride, int padding) {
    return frozenConv2d(ops, name, x, out, kernel, stride, padding, 1);
  }

  /** The same with channels in groups. */
  public static <V> V frozenConv2d(
      Ops<V> ops, String name, V x, long out, int kernel, int stride, int padding, int groups) {
    long in = ops.shape(x)[1] / groups;
    ConvolutionParameters<V> own = parameters(ops, name, Init.FROZEN, in, out, kernel);
    return ops.conv2d(x, own.weight(), own.bias(), stride, padding, groups);
  }

  /**
   * max(0, frozen convolution with bias + summand), "same" padding for odd kernels at stride 1.
   *
   * @param summand null for none
   */
  public static <V> V frozenRectifiedConv2d(
      Ops<V> ops, String name, V x, long out, int kernel, int stride, V summand) {
    ConvolutionParameters<V> own = parameters(ops, name, Init.FROZEN, ops.shape(x)[1], out, kernel);
    return ops.rectifiedConv2d(x, own.weight(), own.bias(), stride, kernel / 2, summand);
  }

  /** Trainable convolution with bias, stride 1 and "same" zero padding. */
  public static <V> V conv2d(Ops<V> ops, String name, V x, long out, int kernel) {
    return conv2d(ops, name, x, out, kernel, 1);
  }

  /** Trainable convolution with bias; of H and W it leaves ⌈H/stride⌉ and ⌈W/stride⌉. */
  public static <V> V conv2d(Ops<V> ops, String name, V x, long out, int kernel, int stride) {
    return conv2d(
        ops, conv2dParameters(ops, name, ops.shape(x)[1], out, kernel), x, kernel, stride);
  }

  /** A convolution as {@link #conv2d} with stride 1, but all zero at first. */
  public static <V> V zeroConv2d(Ops<V> ops, String name, V x, long out, int kernel) {
    long in = ops.shape(x)[1];
    return conv2d(ops, parameters(ops, name, Init.constant(0), in, out, kernel), x, kernel, 1);
  }

  private static <V> V conv2d(
      Ops<V> ops, ConvolutionParameters<V> own, V x, int kernel, int stride) {
    return ops.conv2d(x, own.weight(), own.bias(), stride, kernel / 2);
  }

  /** The parameters of the convolution that {@link #conv2d} makes of {@code in} channels. */
  public static <V> ConvolutionParameters<V> conv2dParameters(
      Ops<V> ops, String name, long in, long out, int kernel) {
    return parameters(ops, name, Init.fanIn(in * kernel * kernel), in, out, kernel);
  }

  private static <V> ConvolutionParameters<V> parameters(
      Ops<V> ops, String name, Init init, long in, long out, int kernel) {
    return new ConvolutionParameters<>(
        ops.parameter(name + ".weight", init, out, in, kernel, kernel),
        ops.parameter(name + ".bias", init, out));
  }

  /** Trainable linear layer with bias over the last dimension. */
  public static <V> V linear(Ops<V> ops, String name, V x, long out) {
    long[] shape = ops.shape(x);
    long in = shape[shape.length - 1];
    V weight = ops.parameter(name + ".weight", Init.fanIn(in), out, in);
    V bias = ops.parameter(name + ".bias", Init.fanIn(in), out);
    return ops.linear(x, weight, bias);
  }

  /** Batch normalisation of (N, C, H, W) with trainable affine part. */
  public static <V> V batchNorm(Ops<V> ops, String name, V x) {
    long channels = ops.shape(x)[1];
    return ops.batchNorm(
        x,
        ops.parameter(name + ".weight", Init.constant(1), channels),
        ops.parameter(name + ".bias", Init.constant(0), channels),
        ops.parameter(name + ".running_mean", Init.statistic(0), channels),
        ops.parameter(name + ".running_var", Init.statistic(1), channels),
        1e-5);
  }

  /** Frozen linear layer with bias over the last dimension. */
  public static <V> V frozenLinear(Ops<V> ops, String name, V x, long out) {
    long[] shape = ops.shape(x);
    V weight = ops.parameter(name + ".weight", Init.FROZEN, out, shape[shape.length - 1]);
    return ops.linear(x, weight, ops.parameter(name + ".bias", Init.FROZEN, out));
  }

  /** Frozen layer normalisation over the last dimension. */
  public static <V> V frozenLayerNorm(Ops<V> ops, String name, V x, double epsilon) {
    long[] shape = ops.shape(x);
    long channels = shape[shape.length - 1];
    V weight = ops.parameter(name + ".weight", Init.FROZEN, channels);
    return ops.layerNorm(x, weight, ops.parameter(name + ".bias", Init.FROZEN, channels), epsilon);
  }

  /** Trainable layer normalisation over [C, H, W], elementwise affine. */
  public static <V> V layerNormOverImage(Ops<V> ops, String name, V x) {
    long[] s = ops.shape(x);
    V weight = ops.parameter(name + ".weight", Init.constant(1), s[1], s[2], s[3]);
    V bias = ops.parameter(name + ".bias", Init.constant(0), s[1], s[2], s[3]);
    return ops.layerNorm(x, weight, bias, 1e-5);
  }
}
