package dev.flowline.nn;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The tensor operations that networks are written in, so that one definition of a network has
 * several readers: {@link TorchOps} runs it, {@link CostOps} counts what it costs, an ONNX writer
 * can note it down. A network is a pure function of an {@code Ops} and its inputs; its parameters
 * live with the reader, under names that equal the checkpoint's.
 *
 * <p>Images and features are (N, C, H, W), tokens (N, L, C). Semantics are PyTorch's.
 *
 * @param <V> a value: a tensor for one reader, a shape for another
 */
public interface Ops<V> {
  /**
   * The parameter of that name.
   *
   * @throws IllegalArgumentException if the reader has one of another shape, or needs one and has
   *     none
   */
  V parameter(String name, Init init, long... shape);

  /** Dimensions of a value, slowest first. */
  long[] shape(V x);

  /**
   * Runs a network of the user's own on images; its file is the parameter {@code file}.
   *
   * @param bytes of the file
   * @param shapes of the outputs for these images, without the batch's dimension
   */
  List<V> foreign(String file, long bytes, V images, List<long[]> shapes);

  /** Zeros in the precision of log-determinants. */
  V zeros(long... shape);

  /** The same in float32, which log-determinants are not. */
  V toSingle(V x);

  /** Float32 numbers that follow from shapes alone, row-major, as masks of attention do. */
  V constant(float[] values, long... shape);

  /**
   * 2-D convolution with square stride and zero padding.
   *
   * @param weight (out, in, kH, kW)
   * @param bias (out), or null for none
   */
  default V conv2d(V x, V weight, V bias, int stride, int padding) {
    return conv2d(x, weight, bias, stride, padding, 1);
  }

  /**
   * 2-D convolution of channels in groups, each by itself; as many groups as channels make it
   * depthwise.
   *
   * @param weight (out, in / groups, kH, kW)
   * @param bias (out), or null for none
   */
  V conv2d(V x, V weight, V bias, int stride, int padding, int groups);

  /**
   * max(0, conv2d(x) + summand), as a residual block ends.
   *
   * @param summand of the output's shape; null for none
   */
  default V rectifiedConv2d(V x, V weight, V bias, int stride, int padding, V summand) {
    V y = conv2d(x, weight, bias, stride, padding);
    return relu(summand == null ? y : add(y, summand));
  }

  /**
   * x·weightᵀ + bias over the last dimension.
   *
   * @param weight (out, in)
   * @param bias (out), or null for none
   */
  V linear(V x, V weight, V bias);

  /** Layer normalisation over as many trailing dimensions as {@code weight} has. */
  V layerNorm(V x, V weight, V bias, double epsilon);

  /**
   * Normalisation per channel with a mean and a variance. The inference reader takes the running
   * ones that it is given; the training reader takes the batch's own and moves the running ones
   * towards them, see {@link TrainingOps}.
   *
   * @param x (N, C, H, W)
   * @param weight (C), as all the others
   */
  V batchNorm(V x, V weight, V bias, V runningMean, V runningVariance, double epsilon);

  V matmul(V a, V b);

  /** Elementwise with broadcasting. */
  V add(V a, V b);

  /** Elementwise with broadcasting. */
  V subtract(V a, V b);

  /** Elementwise with broadcasting. */
  V multiply(V a, V b);

  /** Elementwise with broadcasting. */
  V divide(V a, V b);

  V add(V x, double summand);

  V multiply(V x, double factor);

  V exp(V x);

  V log(V x);

  V tanh(V x);

  V atan(V x);

  /** Every element at least {@code min} and at most {@code max}. */
  V clamp(V x, double min, double max);

  V relu(V x);

  /** x where positive, else slope·x. */
  V leakyRelu(V x, double slope);

  V sigmoid(V x);

  /** x·sigmoid(x). */
  V silu(V x);

  /** The exact (erf) form. */
  V gelu(V x);

  /** log(1 + exp(βx))/β. */
  V softplus(V x, double beta);

  V softmax(V x, int dim);

  /** Sum over all dimensions but the first, without loss for long sums; (N). */
  V sumPerSample(V x);

  /** Sum over all dimensions, without loss for long sums; a scalar. */
  V sum(V x);

  /** Largest element of each sample, (N). */
  V maxPerSample(V x);

  /** Mean over the channels, (N, 1, H, W). */
  V meanOverChannels(V x);

  /** Mean over height and width, (N, C, 1, 1). */
  V meanOverImage(V x);

  V reshape(V x, long... shape);

  /** Reorders dimensions. */
  V transpose(V x, int... order);

  V concat(List<V> parts, int dim);

  /** Elements from (inclusive) … to (exclusive) along a dimension. */
  V slice(V x, int dim, long from, long to);

  /** Slices along a dimension, in the order of their indices, which may repeat. */
  V indexSelect(V x, int dim, long... indices);

  /** y[:, i] = x[:, p[i]] with the permutation p of that name. */
  V permuteChannels(V x, String permutation);

  /** The inverse of {@link #permuteChannels}. */
  V unpermuteChannels(V x, String permutation);

  /**
   * Returns whether {@link #couple} and {@link #uncouple} are there: they go over memory once where
   * the operations above do many times, and record no gradients.
   */
  default boolean couples() {
    return false;
  }

  /**
   * Couples in one pass over memory.
   *
   * @param x (N, C, H, W)
   * @param subnet (N, 2·⌊C/2⌋, H, W): a, then b
   */
  default Coupling.Result<V> couple(Coupling<V> how, V x, V subnet) {
    throw new UnsupportedOperationException();
  }

  /**
   * The inverse of {@link #couple}.
   *
   * @param subnet from the first channels of x
   */
  default Coupling.Result<V> uncouple(Coupling<V> how, V y, UnaryOperator<V> subnet) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs flow steps one after the other, forward, in one pass; see {@link FlowStep}. Empty if these
   * operations have no such pass for them: the steps' own operations are there.
   *
   * @param name of the stage that they are; another one has another name
   * @param steps gives them if they are not known by that name yet: at least one, for kernels of
   *     side 1 or 3
   * @param x (N, C, H, W)
   * @return with a log-determinant of NaN if no training asks for it
   */
  default Optional<Coupling.Result<V>> flowSteps(
      String name, Supplier<List<FlowStep<V>>> steps, V x) {
    return Optional.empty();
  }

  /**
   * Computes a part of a network. Where no gradients are recorded, what the part makes is freed at
   * once, all but its result: the next part finds its memory again, and in the caches.
   */
  default V part(Supplier<V> part) {
    return part.get();
  }

  /**
   * Lets the tokens of an image attend to each other, in one pass: softmax(Q·Kᵀ/√d)·V for each
   * head, with the scores and what the softmax makes of them mixed among the heads. Empty if these
   * operations have no such pass.
   *
   * @param qkv (N, L, 3·heads·d): of each token queries, keys and values, by head
   * @param talk null if the heads do not talk
   * @return (N, L, heads·d)
   */
  default Optional<V> attention(V qkv, int heads, TalkingHeads<V> talk) {
    return Optional.empty();
  }

  /** y = R·x at each position, with the orthogonal matrix R (C, C) of that name. */
  V rotateChannels(V x, String rotation);

  /** The inverse of {@link #rotateChannels}. */
  V unrotateChannels(V x, String rotation);

  /** Zeros before and after along a dimension. */
  V padZeros(V x, int dim, long before, long after);

  /** Mirrors rows and columns at the borders, the outermost not repeated. */
  V padReflect(V x, int padding);

  V maxPool2d(V x, int kernel, int stride, int padding);

  /** Mean over windows; the padding does not count. */
  V averagePool2d(V x, int kernel, int stride, int padding);

  /** The nearest pixel above and to the left: y[i] = x[⌊i·in/out⌋]. */
  V resizeNearest(V x, long height, long width);

  /** Bilinear with align_corners = false, not antialiased. */
  V resizeBilinear(V x, long height, long width);

  /** Bilinear with align_corners = true, not antialiased. */
  V resizeBilinearAligned(V x, long height, long width);

  /** Bicubic (a = −0.75) with align_corners = true, not antialiased. */
  V resizeBicubicAligned(V x, long height, long width);

  /** Four channels become the 2×2 neighbourhood of one, in the order (0,0), (0,1), (1,0), (1,1). */
  V pixelShuffle2(V x);

  /** The inverse of {@link #pixelShuffle2}. */
  V pixelUnshuffle2(V x);
}
