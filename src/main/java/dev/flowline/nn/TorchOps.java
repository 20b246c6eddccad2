package dev.flowline.nn;

import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Runs a network on LibTorch tensors, for inference; {@link TrainingOps} for training. It opens no
 * scope but for a {@link #part}: the tensors made belong to the scope that the caller has open.
 * Gradients are recorded or not as the calling thread's grad mode says.
 */
public class TorchOps implements Ops<Tensor> {
  private static final long[] IMAGE = {1, 2, 3};
  private static final long[] NO_DILATION = {1, 1};
  private static final double SOFTPLUS_LINEAR_ABOVE = 20;

  private final Parameters parameters;

  /**
   * @param parameters must outlive this object
   */
  public TorchOps(Parameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public Tensor parameter(String name, Init init, long... shape) {
    Tensor tensor = parameters.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return tensor;
  }

  @Override
  public long[] shape(Tensor x) {
    return Tensors.shape(x);
  }

  @Override
  public Tensor zeros(long... shape) {
    return torch.zeros(shape, Tensors.options(ScalarType.Double, parameters.device()));
  }

  @Override
  public Tensor toSingle(Tensor x) {
    return x.to(ScalarType.Float);
  }

  @Override
  public List<Tensor> foreign(String file, long bytes, Tensor images, List<long[]> shapes) {
    List<Tensor> outputs = parameters.foreign(file).run(images);
    for (int i = 0; i < Math.max(shapes.size(), outputs.size()); i++) {
      long[] expected = i < shapes.size() ? withBatch(images.size(0), shapes.get(i)) : null;
      long[] actual = i < outputs.size() ? Tensors.shape(outputs.get(i)) : null;
      if (!Arrays.equals(expected, actual)) {
        throw new IllegalStateException(
            "output %s of the network is %s instead of %s"
                .formatted(i, Arrays.toString(actual), Arrays.toString(expected)));
      }
    }
    return outputs;
  }

  private static long[] withBatch(long batch, long[] shape) {
    return LongStream.concat(LongStream.of(batch), LongStream.of(shape)).toArray();
  }

  @Override
  public Tensor constant(float[] values, long... shape) {
    return Tensors.on(parameters.device(), AbstractTensor.create(values, shape));
  }

  @Override
  public Tensor conv2d(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups) {
    long[] strides = {stride, stride};
    long[] paddings = {padding, padding};
    return torch.conv2d(x, weight, optional(bias), strides, paddings, NO_DILATION, groups);
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return torch.linear(x, weight, optional(bias));
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    return torch.layer_norm(
        x, Tensors.shape(weight), optional(weight), optional(bias), epsilon, false);
  }

  @Override
  public Tensor batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor runningMean,
      Tensor runningVariance,
      double epsilon) {
    return torch.batch_norm(
        x,
        optional(weight),
        optional(bias),
        optional(runningMean),
        optional(runningVariance),
        false,
        0,
        epsilon,
        false);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return a.matmul(b);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return a.add(b);
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return a.sub(b);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return a.mul(b);
  }

  @Override
  public Tensor divide(Tensor a, Tensor b) {
    return a.div(b);
  }

  @Override
  public Tensor add(Tensor x, double summand) {
    return x.add(new Scalar(summand));
  }

  @Override
  public Tensor multiply(Tensor x, double factor) {
    return x.mul(new Scalar(factor));
  }

  @Override
  public Tensor exp(Tensor x) {
    return x.exp();
  }

  @Override
  public Tensor log(Tensor x) {
    return x.log();
  }

  @Override
  public Tensor tanh(Tensor x) {
    return x.tanh();
  }

  @Override
  public Tensor atan(Tensor x) {
    return x.atan();
  }

  @Override
  public Tensor clamp(Tensor x, double min, double max) {
    return x.clamp(new ScalarOptional(new Scalar(min)), new ScalarOptional(new Scalar(max)));
  }

  @Override
  public Tensor relu(Tensor x) {
    return x.relu();
  }

  @Override
  public Tensor leakyRelu(Tensor x, double slope) {
    return torch.leaky_relu(x, new Scalar(slope));
  }

  @Override
  public Tensor sigmoid(Tensor x) {
    return x.sigmoid();
  }

  @Override
  public Tensor silu(Tensor x) {
    return torch.silu(x);
  }

  @Override
  public Tensor gelu(Tensor x) {
    return torch.gelu(x);
  }

  @Override
  public Tensor softplus(Tensor x, double beta) {
    return torch.softplus(x, new Scalar(beta), new Scalar(SOFTPLUS_LINEAR_ABOVE));
  }

  @Override
  public Tensor softmax(Tensor x, int dim) {
    return torch.softmax(x, dim);
  }

  @Override
  public Tensor sumPerSample(Tensor x) {
    // LibTorch sums float32 pairwise; what is summed up over the many blocks of a flow is float64.
    long[] rest = x.dim() == 4 ? IMAGE : dimensionsFrom(1, x.dim());
    return x.sum(rest, false, new ScalarTypeOptional()).to(ScalarType.Double);
  }

  @Override
  public Tensor sum(Tensor x) {
    return x.to(ScalarType.Double).sum();
  }

  @Override
  public Tensor maxPerSample(Tensor x) {
    return x.amax(dimensionsFrom(1, x.dim()), false);
  }

  @Override
  public Tensor meanOverChannels(Tensor x) {
    return x.mean(new long[] {1}, true, new ScalarTypeOptional());
  }

  @Override
  public Tensor meanOverImage(Tensor x) {
    return x.mean(new long[] {2, 3}, true, new ScalarTypeOptional());
  }

  @Override
  public Tensor reshape(Tensor x, long... shape) {
    return x.reshape(shape);
  }

  @Override
  public Tensor transpose(Tensor x, int... order) {
    return x.permute(Arrays.stream(order).asLongStream().toArray());
  }

  @Override
  public Tensor concat(List<Tensor> parts, int dim) {
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), dim);
  }

  @Override
  public Tensor slice(Tensor x, int dim, long from, long to) {
    return x.slice(dim, new LongOptional(from), new LongOptional(to), 1);
  }

  @Override
  public Tensor indexSelect(Tensor x, int dim, long... indices) {
    return x.index_select(dim, Tensors.on(parameters.device(), AbstractTensor.create(indices)));
  }

  @Override
  public Tensor permuteChannels(Tensor x, String permutation) {
    return x.index_select(1, parameter(permutation, Init.PERMUTATION));
  }

  @Override
  public Tensor unpermuteChannels(Tensor x, String permutation) {
    return x.index_select(1, parameter(permutation, Init.PERMUTATION).argsort());
  }

  @Override
  public Tensor part(Supplier<Tensor> part) {
    if (GradMode.is_enabled()) {
      return part.get();
    }
    Tensor kept;
    try (TensorScope scope = TensorScope.open()) {
      kept = scope.keep(part.get());
    }
    try (kept) {
      return new Tensor(kept); // of the caller's scope
    }
  }

  @Override
  public boolean couples() {
    return !GradMode.is_enabled() && !parameters.device().isCuda();
  }

  @Override
  public Coupling.Result<Tensor> couple(Coupling<Tensor> how, Tensor x, Tensor subnet) {
    Tensor input = dense(x);
    Tensor y = torch.empty_like(input);
    Tensor logDet = zeros(input.size(0));
    try (FusedCoupling fused = fused(how)) {
      fused.forward(input, subnet, y, logDet);
    }
    return new Coupling.Result<>(y, logDet);
  }

  @Override
  public Coupling.Result<Tensor> uncouple(
      Coupling<Tensor> how, Tensor y, UnaryOperator<Tensor> subnet) {
    Tensor input = dense(y);
    Tensor x = torch.empty_like(input);
    Tensor logDet = zeros(input.size(0));
    long channels = input.size(1);
    try (FusedCoupling fused = fused(how)) {
      fused.undoAffine(input, x, logDet);
      Tensor x1 = slice(x, 1, 0, channels - channels / 2);
      fused.inverse(x, subnet.apply(x1), logDet);
    }
    return new Coupling.Result<>(x, logDet);
  }

  /** Made anew for every coupling: 10 µs beside the 5 ms of a block's convolutions. */
  private FusedCoupling fused(Coupling<Tensor> how) {
    Tensor permutation = parameter(how.permutation(), Init.PERMUTATION).to(ScalarType.Int);
    return new FusedCoupling(
        how.clamp(), how.alpha(), how.subnetGain(), how.gain(), how.offset(), permutation);
  }

  /**
   * Returns the values without gaps, channels first or last as they lie, so that empty_like lies
   * alike.
   */
  private static Tensor dense(Tensor x) {
    return x.is_non_overlapping_and_dense() ? x : x.contiguous();
  }

  @Override
  public Tensor rotateChannels(Tensor x, String rotation) {
    return rotate(x, parameter(rotation, Init.ORTHOGONAL));
  }

  @Override
  public Tensor unrotateChannels(Tensor x, String rotation) {
    return rotate(x, parameter(rotation, Init.ORTHOGONAL).t());
  }

  @Override
  public Tensor padZeros(Tensor x, int dim, long before, long after) {
    int fromLast = 2 * ((int) x.dim() - 1 - dim); // pairs for the dimensions from the last on
    long[] pairs = new long[fromLast + 2];
    pairs[fromLast] = before;
    pairs[fromLast + 1] = after;
    return torch.constant_pad_nd(x, pairs);
  }

  @Override
  public Tensor padReflect(Tensor x, int padding) {
    return torch.reflection_pad2d(x, padding, padding, padding, padding);
  }

  @Override
  public Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
    return torch.max_pool2d(
        x,
        new long[] {kernel, kernel},
        new long[] {stride, stride},
        new long[] {padding, padding},
        NO_DILATION,
        false);
  }

  @Override
  public Tensor averagePool2d(Tensor x, int kernel, int stride, int padding) {
    return torch.avg_pool2d(
        x,
        new long[] {kernel, kernel},
        new long[] {stride, stride},
        new long[] {padding, padding},
        false,
        false,
        new LongOptional());
  }

  @Override
  public Tensor resizeNearest(Tensor x, long height, long width) {
    return torch.upsample_nearest2d(
        x, new long[] {height, width}, new DoubleOptional(), new DoubleOptional());
  }

  @Override
  public Tensor resizeBilinear(Tensor x, long height, long width) {
    return torch.upsample_bilinear2d(x, new long[] {height, width}, false);
  }

  @Override
  public Tensor resizeBilinearAligned(Tensor x, long height, long width) {
    return torch.upsample_bilinear2d(x, new long[] {height, width}, true);
  }

  @Override
  public Tensor resizeBicubicAligned(Tensor x, long height, long width) {
    return torch.upsample_bicubic2d(x, new long[] {height, width}, true);
  }

  @Override
  public Tensor pixelShuffle2(Tensor x) {
    return torch.pixel_shuffle(x, 2);
  }

  @Override
  public Tensor pixelUnshuffle2(Tensor x) {
    return torch.pixel_unshuffle(x, 2);
  }

  /**
   * Rotates the channels; single positions by a matrix product, since LibTorch convolves them
   * slowly.
   */
  private static Tensor rotate(Tensor x, Tensor rotation) {
    long channels = x.size(1);
    return x.size(2) * x.size(3) == 1
        ? torch.linear(x.flatten(1, 3), rotation).reshape(Tensors.shape(x))
        : torch.conv2d(x, rotation.reshape(channels, channels, 1, 1));
  }

  static TensorOptional optional(Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  private static long[] dimensionsFrom(int first, long count) {
    long[] dimensions = new long[(int) count - first];
    Arrays.setAll(dimensions, i -> first + i);
    return dimensions;
  }
}
