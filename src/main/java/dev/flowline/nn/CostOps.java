package dev.flowline.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads a network without running it: shapes, parameters and multiply-accumulates. A value is its
 * shape.
 *
 * <p>Multiply-accumulates are those of convolutions, linear layers and matrix products, as
 * published tables count them; elementwise work, norms, resampling, the fixed permutations and
 * rotations of the channels are not counted, nor what a {@link ForeignNetwork} does.
 */
public final class CostOps implements Ops<long[]> {
  private final Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
  private final int mostParameters;
  private long multiplyAccumulates;

  /** Reads a network of any size. */
  public CostOps() {
    this(Integer.MAX_VALUE);
  }

  /**
   * Reads a network that must not ask for more than so many parameters.
   *
   * @param mostParameters beyond which {@link #parameter} throws an IllegalArgumentException
   */
  public CostOps(int mostParameters) {
    this.mostParameters = mostParameters;
  }

  /** The parameters asked for so far, in order. */
  public Collection<ParameterSpec> parameters() {
    return List.copyOf(parameters.values());
  }

  /** Number of trainable scalars asked for so far. */
  public long trainableParameters() {
    return parameters.values().stream()
        .filter(p -> p.init().trainable())
        .mapToLong(ParameterSpec::elements)
        .sum();
  }

  /** Number of frozen scalars asked for so far, permutations not counted. */
  public long frozenParameters() {
    return parameters.values().stream()
        .filter(p -> p.init() instanceof Init.Frozen)
        .mapToLong(ParameterSpec::elements)
        .sum();
  }

  /** Multiply-accumulates so far, of the whole batch. */
  public long multiplyAccumulates() {
    return multiplyAccumulates;
  }

  @Override
  public long[] parameter(String name, Init init, long... shape) {
    ParameterSpec spec = new ParameterSpec(name, init, shape.clone());
    ParameterSpec earlier = parameters.putIfAbsent(name, spec);
    if (earlier != null && !earlier.equals(spec)) {
      throw new IllegalArgumentException("parameter requested as " + earlier + " and as " + spec);
    }
    if (parameters.size() > mostParameters) {
      throw new IllegalArgumentException(
          "the network has more than %d parameters, many more than there are weights"
              .formatted(mostParameters));
    }
    return shape.clone();
  }

  @Override
  public long[] shape(long[] x) {
    return x;
  }

  @Override
  public long[] zeros(long... shape) {
    return shape;
  }

  @Override
  public long[] toSingle(long[] x) {
    return x;
  }

  @Override
  public List<long[]> foreign(String file, long bytes, long[] images, List<long[]> shapes) {
    parameter(file, Init.BYTES, bytes);
    return shapes.stream()
        .map(shape -> LongStream.concat(LongStream.of(images[0]), LongStream.of(shape)).toArray())
        .toList();
  }

  @Override
  public long[] constant(float[] values, long... shape) {
    require(values.length == elements(shape), "constant", new long[] {values.length}, shape);
    return shape.clone();
  }

  @Override
  public long[] conv2d(long[] x, long[] weight, long[] bias, int stride, int padding, int groups) {
    require(x.length == 4 && x[1] == weight[1] * groups, "conv2d", x, weight);
    require(weight[0] % groups == 0, "conv2d groups", weight, new long[] {groups});
    require(bias == null || bias[0] == weight[0], "conv2d bias", bias, weight);
    long[] out = {
      x[0],
      weight[0],
      window(x[2], weight[2], stride, padding),
      window(x[3], weight[3], stride, padding)
    };
    multiplyAccumulates += elements(out) * weight[1] * weight[2] * weight[3];
    return out;
  }

  @Override
  public long[] linear(long[] x, long[] weight, long[] bias) {
    require(x[x.length - 1] == weight[1], "linear", x, weight);
    long[] out = x.clone();
    out[out.length - 1] = weight[0];
    multiplyAccumulates += elements(out) * weight[1];
    return out;
  }

  @Override
  public long[] layerNorm(long[] x, long[] weight, long[] bias, double epsilon) {
    long[] normalized = Arrays.copyOfRange(x, x.length - weight.length, x.length);
    require(
        Arrays.equals(normalized, weight) && Arrays.equals(weight, bias), "layerNorm", x, weight);
    return x;
  }

  @Override
  public long[] batchNorm(
      long[] x,
      long[] weight,
      long[] bias,
      long[] runningMean,
      long[] runningVariance,
      double epsilon) {
    for (long[] parameter : List.of(weight, bias, runningMean, runningVariance)) {
      require(
          x.length == 4 && Arrays.equals(parameter, new long[] {x[1]}), "batchNorm", x, parameter);
    }
    return x;
  }

  @Override
  public long[] matmul(long[] a, long[] b) {
    int n = a.length;
    require(n >= 2 && b.length == n && a[n - 1] == b[n - 2], "matmul", a, b);
    long[] out = a.clone();
    out[n - 1] = b[n - 1];
    multiplyAccumulates += elements(out) * a[n - 1];
    return out;
  }

  @Override
  public long[] add(long[] a, long[] b) {
    return broadcast(a, b);
  }

  @Override
  public long[] subtract(long[] a, long[] b) {
    return broadcast(a, b);
  }

  @Override
  public long[] multiply(long[] a, long[] b) {
    return broadcast(a, b);
  }

  @Override
  public long[] divide(long[] a, long[] b) {
    return broadcast(a, b);
  }

  @Override
  public long[] add(long[] x, double summand) {
    return x;
  }

  @Override
  public long[] multiply(long[] x, double factor) {
    return x;
  }

  @Override
  public long[] exp(long[] x) {
    return x;
  }

  @Override
  public long[] log(long[] x) {
    return x;
  }

  @Override
  public long[] tanh(long[] x) {
    return x;
  }

  @Override
  public long[] atan(long[] x) {
    return x;
  }

  @Override
  public long[] clamp(long[] x, double min, double max) {
    return x;
  }

  @Override
  public long[] relu(long[] x) {
    return x;
  }

  @Override
  public long[] leakyRelu(long[] x, double slope) {
    return x;
  }

  @Override
  public long[] sigmoid(long[] x) {
    return x;
  }

  @Override
  public long[] silu(long[] x) {
    return x;
  }

  @Override
  public long[] gelu(long[] x) {
    return x;
  }

  @Override
  public long[] softplus(long[] x, double beta) {
    return x;
  }

  @Override
  public long[] softmax(long[] x, int dim) {
    return x;
  }

  @Override
  public long[] sumPerSample(long[] x) {
    return new long[] {x[0]};
  }

  @Override
  public long[] maxPerSample(long[] x) {
    return sumPerSample(x);
  }

  @Override
  public long[] sum(long[] x) {
    return new long[0];
  }

  @Override
  public long[] meanOverChannels(long[] x) {
    return new long[] {x[0], 1, x[2], x[3]};
  }

  @Override
  public long[] meanOverImage(long[] x) {
    return new long[] {x[0], x[1], 1, 1};
  }

  @Override
  public long[] reshape(long[] x, long... shape) {
    require(elements(x) == elements(shape), "reshape", x, shape);
    return shape;
  }

  @Override
  public long[] transpose(long[] x, int... order) {
    return Arrays.stream(order).mapToLong(d -> x[d]).toArray();
  }

  @Override
  public long[] concat(List<long[]> parts, int dim) {
    long[] out = parts.get(0).clone();
    for (long[] part : parts.subList(1, parts.size())) {
      for (int d = 0; d < out.length; d++) {
        require(d == dim || part[d] == out[d], "concat", out, part);
      }
      out[dim] += part[dim];
    }
    return out;
  }

  @Override
  public long[] slice(long[] x, int dim, long from, long to) {
    require(0 <= from && from < to && to <= x[dim], "slice", x, new long[] {from, to});
    long[] out = x.clone();
    out[dim] = to - from;
    return out;
  }

  @Override
  public long[] indexSelect(long[] x, int dim, long... indices) {
    require(Arrays.stream(indices).allMatch(i -> 0 <= i && i < x[dim]), "indexSelect", x, indices);
    long[] out = x.clone();
    out[dim] = indices.length;
    return out;
  }

  @Override
  public long[] permuteChannels(long[] x, String permutation) {
    parameter(permutation, Init.PERMUTATION, x[1]);
    return x;
  }

  @Override
  public long[] unpermuteChannels(long[] x, String permutation) {
    return permuteChannels(x, permutation);
  }

  @Override
  public long[] rotateChannels(long[] x, String rotation) {
    parameter(rotation, Init.ORTHOGONAL, x[1], x[1]);
    return x;
  }

  @Override
  public long[] unrotateChannels(long[] x, String rotation) {
    return rotateChannels(x, rotation);
  }

  @Override
  public long[] padZeros(long[] x, int dim, long before, long after) {
    long[] out = x.clone();
    out[dim] += before + after;
    return out;
  }

  @Override
  public long[] padReflect(long[] x, int padding) {
    require(padding < x[2] && padding < x[3], "padReflect", x, new long[] {padding});
    return new long[] {x[0], x[1], x[2] + 2L * padding, x[3] + 2L * padding};
  }

  @Override
  public long[] maxPool2d(long[] x, int kernel, int stride, int padding) {
    long height = window(x[2], kernel, stride, padding);
    return new long[] {x[0], x[1], height, window(x[3], kernel, stride, padding)};
  }

  @Override
  public long[] averagePool2d(long[] x, int kernel, int stride, int padding) {
    return maxPool2d(x, kernel, stride, padding);
  }

  @Override
  public long[] resizeNearest(long[] x, long height, long width) {
    return resizeBilinear(x, height, width);
  }

  @Override
  public long[] resizeBilinear(long[] x, long height, long width) {
    return new long[] {x[0], x[1], height, width};
  }

  @Override
  public long[] resizeBilinearAligned(long[] x, long height, long width) {
    return resizeBilinear(x, height, width);
  }

  @Override
  public long[] resizeBicubicAligned(long[] x, long height, long width) {
    return new long[] {x[0], x[1], height, width};
  }

  @Override
  public long[] pixelShuffle2(long[] x) {
    require(x[1] % 4 == 0, "pixelShuffle2", x, x);
    return new long[] {x[0], x[1] / 4, x[2] * 2, x[3] * 2};
  }

  @Override
  public long[] pixelUnshuffle2(long[] x) {
    require(x[2] % 2 == 0 && x[3] % 2 == 0, "pixelUnshuffle2", x, x);
    return new long[] {x[0], x[1] * 4, x[2] / 2, x[3] / 2};
  }

  private static long window(long size, long kernel, int stride, int padding) {
    return (size + 2L * padding - kernel) / stride + 1;
  }

  private static long elements(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private static long[] broadcast(long[] a, long[] b) {
    List<Long> out = new ArrayList<>();
    for (int i = 1; i <= Math.max(a.length, b.length); i++) {
      long da = i <= a.length ? a[a.length - i] : 1;
      long db = i <= b.length ? b[b.length - i] : 1;
      require(da == db || da == 1 || db == 1, "broadcast", a, b);
      out.add(0, Math.max(da, db));
    }
    return out.stream().mapToLong(Long::longValue).toArray();
  }

  private static void require(boolean fits, String operation, long[] a, long[] b) {
    if (!fits) {
      throw new IllegalArgumentException(
          operation + " does not fit " + Arrays.toString(a) + " and " + Arrays.toString(b));
    }
  }
}
