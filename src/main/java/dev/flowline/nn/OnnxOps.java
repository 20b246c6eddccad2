package dev.flowline.nn;

import static dev.flowline.nn.OnnxGraph.attribute;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Writes a network down as an ONNX graph of standard operators, whose number of images is free.
 * What depends on parameters alone is computed here, by {@link TorchOps}; log-determinants are
 * float32, and are not written unless an output needs them.
 *
 * <p>A fixed reordering of channels becomes a 1×1 convolution, which takes in the scale and shift
 * per channel before it.
 *
 * <p>It opens no scope: the tensors made belong to the scope that the caller has open, until the
 * model is written.
 */
public final class OnnxOps implements Ops<GraphValue> {
  /**
   * The number that stands for the number of images in shapes. Networks compute with it as with any
   * other; it is a prime beyond all sizes that networks have, so that it is found again as a
   * factor.
   */
  public static final long BATCH = 1_000_003;

  private static final String FREE = "batch";

  private final Parameters parameters;
  private final TorchOps torchOps;
  private final CostOps shapes = new CostOps();
  private final OnnxGraph graph = new OnnxGraph();
  private GraphValue images; // any input: its first dimension is the number of images
  private int folded;

  /**
   * @param parameters on the CPU; must outlive this object
   */
  public OnnxOps(Parameters parameters) {
    this.parameters = parameters;
    torchOps = new TorchOps(parameters);
  }

  /**
   * Adds an input of the graph, (N, …) for any N.
   *
   * @param sizes of one image
   */
  public GraphValue input(String name, long... sizes) {
    long[] shape = LongStream.concat(LongStream.of(BATCH), LongStream.of(sizes)).toArray();
    graph.input(name, sizes(shape));
    images = new GraphValue(name, shape, null, null);
    return images;
  }

  /** Adds an output of the graph. */
  public void output(String name, GraphValue value) {
    graph.output(name, use(value), sizes(value.shape()));
  }

  /**
   * Returns the model: what its outputs need.
   *
   * @param version of Flowline
   * @param metadata texts for who reads it
   * @param weightsFile the name of a file beside the model for its weights, which is used if they
   *     are too large for one file
   */
  public OnnxFile model(String version, Map<String, String> metadata, String weightsFile) {
    return OnnxFile.of(graph, version, metadata, weightsFile);
  }

  private static List<Object> sizes(long[] shape) {
    List<Object> sizes = new ArrayList<>();
    for (long size : shape) {
      boolean fixed = size % BATCH != 0;
      sizes.add(fixed ? (Object) size : size == BATCH ? FREE : FREE + "_times_" + size / BATCH);
    }
    return sizes;
  }

  @Override
  public GraphValue parameter(String name, Init init, long... shape) {
    return new GraphValue(name, shape.clone(), torchOps.parameter(name, init, shape), null);
  }

  @Override
  public long[] shape(GraphValue x) {
    return x.shape();
  }

  @Override
  public List<GraphValue> foreign(
      String file, long bytes, GraphValue images, List<long[]> outputs) {
    throw new UnsupportedOperationException("a network from a file of one's own is not rewritten");
  }

  /** {@inheritDoc} They are one scalar, whatever the shape: to add to it, no more is needed. */
  @Override
  public GraphValue zeros(long... shape) {
    return constant(torchOps.zeros(), shape);
  }

  @Override
  public GraphValue toSingle(GraphValue x) {
    return x; // everything is
  }

  @Override
  public GraphValue constant(float[] values, long... shape) {
    return constant(torchOps.constant(values, shape), shape);
  }

  private GraphValue constant(Tensor values, long... shape) {
    return new GraphValue("constant_" + folded++, shape, values, null);
  }

  private GraphValue scalar(double value) {
    String name = "scalar_" + value;
    Supplier<StoredTensor> values = () -> StoredTensor.of(new float[] {(float) value});
    graph.constant(name, values);
    return new GraphValue(name, new long[0], null, null);
  }

  /** Returns the value's name, as an input of a node; a constant is added to the graph. */
  private String use(GraphValue x) {
    if (x.isConstant()) {
      graph.constant(x.name(), () -> TensorCopy.store(x.constant()));
    }
    return x.name();
  }

  private GraphValue node(
      String operator, long[] shape, List<GraphValue> inputs, ProtoWriter... attributes) {
    List<String> names = inputs.stream().map(this::use).toList();
    return new GraphValue(graph.node(operator, names, attributes), shape, null, null);
  }

  /** Adds a node of one value that takes constant vectors of int64 besides. */
  private GraphValue nodeWith(
      String operator,
      long[] shape,
      GraphValue x,
      List<String> integers,
      ProtoWriter... attributes) {
    List<String> names = new ArrayList<>(List.of(use(x)));
    names.addAll(integers);
    return new GraphValue(graph.node(operator, names, attributes), shape, null, null);
  }

  private GraphValue elementwise(String operator, GraphValue x, UnaryOperator<Tensor> fold) {
    return x.isConstant()
        ? constant(fold.apply(x.constant()), x.shape())
        : node(operator, x.shape(), List.of(x));
  }

  private GraphValue elementwise(
      String operator, GraphValue a, GraphValue b, BinaryOperator<Tensor> fold) {
    long[] shape = shapes.add(a.shape(), b.shape());
    if (a.isConstant() && b.isConstant()) {
      return constant(fold.apply(a.constant(), b.constant()), shape);
    }
    if (shape.length == 1) { // simple readers take columns and no vectors
      long[] column = {shape[0], 1};
      return reshape(node(operator, column, List.of(column(a), column(b))), shape);
    }
    return node(operator, shape, List.of(a, b));
  }

  private GraphValue column(GraphValue x) {
    return x.shape().length == 1 ? reshape(x, x.shape()[0], 1) : x;
  }

  @Override
  public GraphValue conv2d(
      GraphValue x, GraphValue weight, GraphValue bias, int stride, int padding, int groups) {
    long[] shape =
        shapes.conv2d(
            x.shape(), weight.shape(), bias == null ? null : bias.shape(), stride, padding, groups);
    return node(
        "Conv",
        shape,
        bias == null ? List.of(x, weight) : List.of(x, weight, bias),
        attribute("kernel_shape", weight.shape()[2], weight.shape()[3]),
        attribute("strides", stride, stride),
        attribute("pads", padding, padding, padding, padding),
        attribute("group", (long) groups));
  }

  @Override
  public GraphValue linear(GraphValue x, GraphValue weight, GraphValue bias) {
    long[] shape = shapes.linear(x.shape(), weight.shape(), bias == null ? null : bias.shape());
    if (x.shape().length == 2) {
      List<GraphValue> inputs = bias == null ? List.of(x, weight) : List.of(x, weight, bias);
      return node("Gemm", shape, inputs, attribute("transB", 1L));
    }
    GraphValue product = matmul(x, transpose(weight, 1, 0));
    return bias == null ? product : add(product, bias);
  }

  @Override
  public GraphValue layerNorm(GraphValue x, GraphValue weight, GraphValue bias, double epsilon) {
    long[] shape = shapes.layerNorm(x.shape(), weight.shape(), bias.shape(), epsilon);
    int[] axes = IntStream.range(shape.length - weight.shape().length, shape.length).toArray();
    GraphValue centred = subtract(x, perChannel(mean(x, axes), x));
    GraphValue squares = multiply(centred, centred);
    GraphValue variance = add(mean(squares, axes), epsilon);
    GraphValue deviation = perChannel(node("Sqrt", variance.shape(), List.of(variance)), x);
    return add(multiply(divide(centred, deviation), weight), bias);
  }

  /**
   * Repeats a number per image, (N, 1, 1, 1), for each channel of x by a convolution with ones:
   * simple readers do not divide by one number. Other values are returned as they are.
   */
  private GraphValue perChannel(GraphValue number, GraphValue x) {
    if (!Arrays.equals(number.shape(), new long[] {x.shape()[0], 1, 1, 1})) {
      return number;
    }
    long channels = x.shape()[1];
    Tensor ones = torch.ones(channels, 1, 1, 1);
    long[] kernel = {channels, 1, 1, 1};
    return conv2d(number, new GraphValue("ones_" + channels, kernel, ones, null), null, 1, 0, 1);
  }

  @Override
  public GraphValue batchNorm(
      GraphValue x,
      GraphValue weight,
      GraphValue bias,
      GraphValue runningMean,
      GraphValue runningVariance,
      double epsilon) {
    return node(
        "BatchNormalization",
        x.shape(),
        List.of(x, weight, bias, runningMean, runningVariance),
        attribute("epsilon", (float) epsilon));
  }

  @Override
  public GraphValue matmul(GraphValue a, GraphValue b) {
    return node("MatMul", shapes.matmul(padded(a, b), padded(b, a)), List.of(a, b));
  }

  /** Returns the shape of x with leading ones, so that it has as many dimensions as the other. */
  private static long[] padded(GraphValue x, GraphValue other) {
    int missing = Math.max(0, other.shape().length - x.shape().length);
    long[] ones = LongStream.generate(() -> 1).limit(missing).toArray();
    return LongStream.concat(Arrays.stream(ones), Arrays.stream(x.shape())).toArray();
  }

  @Override
  public GraphValue add(GraphValue a, GraphValue b) {
    GraphValue sum = elementwise("Add", a, b, torchOps::add);
    if (a.affine() == null || !isByChannel(a, b) || a.affine().offset() != null) {
      return sum;
    }
    GraphValue.ChannelAffine scaled = a.affine();
    return affine(sum, scaled.of(), scaled.gain(), b.constant().flatten());
  }

  @Override
  public GraphValue multiply(GraphValue a, GraphValue b) {
    GraphValue product = elementwise("Mul", a, b, torchOps::multiply);
    return isByChannel(a, b) ? affine(product, a, b.constant().flatten(), null) : product;
  }

  private static GraphValue affine(GraphValue value, GraphValue of, Tensor gain, Tensor offset) {
    var how = new GraphValue.ChannelAffine(of, gain, offset);
    return new GraphValue(value.name(), value.shape(), value.constant(), how);
  }

  /** Returns whether b is one constant number per channel of a value (N, C, H, W). */
  private static boolean isByChannel(GraphValue a, GraphValue b) {
    return !a.isConstant()
        && b.isConstant()
        && a.shape().length == 4
        && Arrays.equals(b.shape(), new long[] {1, a.shape()[1], 1, 1});
  }

  @Override
  public GraphValue subtract(GraphValue a, GraphValue b) {
    return elementwise("Sub", a, b, torchOps::subtract);
  }

  @Override
  public GraphValue divide(GraphValue a, GraphValue b) {
    return elementwise("Div", a, b, torchOps::divide);
  }

  @Override
  public GraphValue add(GraphValue x, double summand) {
    return x.isConstant()
        ? constant(torchOps.add(x.constant(), summand), x.shape())
        : node("Add", x.shape(), List.of(x, scalar(summand)));
  }

  @Override
  public GraphValue multiply(GraphValue x, double factor) {
    return x.isConstant()
        ? constant(torchOps.multiply(x.constant(), factor), x.shape())
        : node("Mul", x.shape(), List.of(x, scalar(factor)));
  }

  @Override
  public GraphValue exp(GraphValue x) {
    return elementwise("Exp", x, torchOps::exp);
  }

  @Override
  public GraphValue log(GraphValue x) {
    return elementwise("Log", x, torchOps::log);
  }

  @Override
  public GraphValue tanh(GraphValue x) {
    return elementwise("Tanh", x, torchOps::tanh);
  }

  @Override
  public GraphValue atan(GraphValue x) {
    return elementwise("Atan", x, torchOps::atan);
  }

  @Override
  public GraphValue clamp(GraphValue x, double min, double max) {
    return node("Clip", x.shape(), List.of(x, scalar(min), scalar(max)));
  }

  @Override
  public GraphValue relu(GraphValue x) {
    return elementwise("Relu", x, torchOps::relu);
  }

  @Override
  public GraphValue leakyRelu(GraphValue x, double slope) {
    return node("LeakyRelu", x.shape(), List.of(x), attribute("alpha", (float) slope));
  }

  @Override
  public GraphValue sigmoid(GraphValue x) {
    return elementwise("Sigmoid", x, torchOps::sigmoid);
  }

  @Override
  public GraphValue silu(GraphValue x) {
    return multiply(x, sigmoid(x));
  }

  @Override
  public GraphValue gelu(GraphValue x) {
    GraphValue scaled = multiply(x, 1 / Math.sqrt(2));
    GraphValue erf = node("Erf", x.shape(), List.of(scaled));
    return multiply(multiply(x, add(erf, 1)), 0.5);
  }

  @Override
  public GraphValue softplus(GraphValue x, double beta) {
    return x.isConstant()
        ? constant(torchOps.softplus(x.constant(), beta), x.shape())
        : multiply(node("Softplus", x.shape(), List.of(multiply(x, beta))), 1 / beta);
  }

  @Override
  public GraphValue softmax(GraphValue x, int dim) {
    return node("Softmax", x.shape(), List.of(x), attribute("axis", (long) dim));
  }

  @Override
  public GraphValue sumPerSample(GraphValue x) {
    long[] s = x.shape();
    long ofOne = Arrays.stream(s, 1, s.length).reduce(1, Math::multiplyExact);
    GraphValue mean = mean(x, IntStream.range(1, s.length).toArray());
    return multiply(reshape(mean, s[0]), ofOne);
  }

  @Override
  public GraphValue sum(GraphValue x) {
    return x.isConstant()
        ? constant(torchOps.sum(x.constant()))
        : node("ReduceSum", new long[0], List.of(x), attribute("keepdims", 0L));
  }

  @Override
  public GraphValue maxPerSample(GraphValue x) {
    long[] axes = LongStream.range(1, x.shape().length).toArray();
    return node(
        "ReduceMax",
        shapes.maxPerSample(x.shape()),
        List.of(x),
        attribute("axes", axes),
        attribute("keepdims", 0L));
  }

  @Override
  public GraphValue meanOverChannels(GraphValue x) {
    return mean(x, 1);
  }

  @Override
  public GraphValue meanOverImage(GraphValue x) {
    return node("GlobalAveragePool", shapes.meanOverImage(x.shape()), List.of(x));
  }

  /**
   * The mean over dimensions, which stay with size 1: one after the other. Engines add value by
   * value in float32: over several dimensions at once the mean of a million values keeps four
   * digits only, and simple readers get it wrong altogether.
   */
  private GraphValue mean(GraphValue x, int... axes) {
    GraphValue mean = x;
    for (int i = axes.length - 1; i >= 0; i--) {
      long[] shape = mean.shape().clone();
      shape[axes[i]] = 1;
      mean =
          node(
              "ReduceMean",
              shape,
              List.of(mean),
              attribute("axes", new long[] {axes[i]}),
              attribute("keepdims", 1L));
    }
    return mean;
  }

  @Override
  public GraphValue reshape(GraphValue x, long... shape) {
    shapes.reshape(x.shape(), shape);
    if (x.isConstant()) {
      boolean scalar = x.constant().numel() == 1;
      return constant(scalar ? x.constant() : torchOps.reshape(x.constant(), shape), shape);
    }
    long[] target = Arrays.stream(shape).map(size -> size % BATCH == 0 ? -1 : size).toArray();
    return nodeWith("Reshape", shape.clone(), x, List.of(graph.integers(target)));
  }

  @Override
  public GraphValue transpose(GraphValue x, int... order) {
    long[] shape = shapes.transpose(x.shape(), order);
    if (x.isConstant()) {
      requireOfItsShape(x);
      return constant(torchOps.transpose(x.constant(), order), shape);
    }
    long[] order64 = Arrays.stream(order).asLongStream().toArray();
    return node("Transpose", shape, List.of(x), attribute("perm", order64));
  }

  /** Refuses zeros of a free number of images where a scalar does not stand for them. */
  private static void requireOfItsShape(GraphValue x) {
    if (x.isConstant() && !Arrays.equals(Tensors.shape(x.constant()), x.shape())) {
      throw new IllegalStateException(
          "%s is %s and no %s"
              .formatted(
                  x.name(),
                  Arrays.toString(Tensors.shape(x.constant())),
                  Arrays.toString(x.shape())));
    }
  }

  @Override
  public GraphValue concat(List<GraphValue> parts, int dim) {
    if (dim == 0 && parts.size() == BATCH) {
      return repeated(parts.get(0));
    }
    parts.forEach(OnnxOps::requireOfItsShape);
    long[] shape = shapes.concat(parts.stream().map(GraphValue::shape).toList(), dim);
    return node("Concat", shape, parts, attribute("axis", (long) dim));
  }

  /**
   * Repeats x along its first dimension, once for each image: adds it to as many zeros as there are
   * images, since simple readers do without shapes that are computed.
   */
  private GraphValue repeated(GraphValue x) {
    requireOfItsShape(x);
    GraphValue pixel = images;
    for (int dim = 1; dim < images.shape().length; dim++) {
      pixel = slice(pixel, dim, 0, 1);
    }
    long[] ones = new long[x.shape().length + 1];
    Arrays.fill(ones, 1);
    ones[0] = BATCH;
    GraphValue repeated = add(multiply(reshape(pixel, ones), 0), x);
    long[] joined = x.shape().clone();
    joined[0] *= BATCH;
    return reshape(repeated, joined);
  }

  @Override
  public GraphValue slice(GraphValue x, int dim, long from, long to) {
    long[] shape = shapes.slice(x.shape(), dim, from, to);
    requireOfItsShape(x);
    List<String> range = List.of(graph.integers(from), graph.integers(to), graph.integers(dim));
    return nodeWith("Slice", shape, x, range);
  }

  @Override
  public GraphValue indexSelect(GraphValue x, int dim, long... indices) {
    long[] shape = shapes.indexSelect(x.shape(), dim, indices);
    requireOfItsShape(x);
    if (dim == 0 && x.shape()[0] == 1 && indices.length == BATCH) {
      return repeated(x);
    }
    if (x.isConstant()) {
      return constant(torchOps.indexSelect(x.constant(), dim, indices), shape);
    }
    return gather(x, dim, indices, shape);
  }

  private GraphValue gather(GraphValue x, int dim, long[] indices, long[] shape) {
    String name = "indices_" + folded++;
    graph.constant(name, () -> StoredTensor.of(indices, indices.length));
    return nodeWith("Gather", shape, x, List.of(name), attribute("axis", (long) dim));
  }

  @Override
  public GraphValue permuteChannels(GraphValue x, String permutation) {
    return mixChannels(x, permutation, permutation(permutation));
  }

  @Override
  public GraphValue unpermuteChannels(GraphValue x, String permutation) {
    return mixChannels(x, permutation + ".inverse", permutation(permutation).t());
  }

  /** The permutation as a matrix: row i has its one at p[i]. */
  private Tensor permutation(String name) {
    Tensor permutation = torchOps.parameter(name, Init.PERMUTATION);
    return torch.eye(permutation.numel()).index_select(0, permutation);
  }

  @Override
  public GraphValue rotateChannels(GraphValue x, String rotation) {
    return mixChannels(x, rotation, torchOps.parameter(rotation, Init.ORTHOGONAL));
  }

  @Override
  public GraphValue unrotateChannels(GraphValue x, String rotation) {
    return mixChannels(x, rotation + ".inverse", torchOps.parameter(rotation, Init.ORTHOGONAL).t());
  }

  /** y = M·x at each position; a scale and shift before it become part of M and a bias. */
  private GraphValue mixChannels(GraphValue x, String name, Tensor matrix) {
    if (x.affine() == null) {
      return mixChannels(x, name, matrix, null);
    }
    Tensor offset = x.affine().offset();
    Tensor bias = offset == null ? null : matrix.mv(offset);
    return mixChannels(x.affine().of(), name, matrix.mul(x.affine().gain()), bias);
  }

  private GraphValue mixChannels(GraphValue x, String name, Tensor matrix, Tensor bias) {
    long[] s = x.shape();
    long[] square = {s[1], s[1]};
    String unique = name + "_" + folded++; // the same one may follow several scales
    GraphValue shift =
        bias == null ? null : new GraphValue(unique + ".shift", new long[] {s[1]}, bias, null);
    if (s[2] * s[3] == 1) { // vectors are no images: one matrix product for all of them
      GraphValue weight = new GraphValue(unique + ".matrix", square, matrix, null);
      return reshape(linear(reshape(x, s[0], s[1]), weight, shift), s);
    }
    long[] kernel = {s[1], s[1], 1, 1};
    GraphValue weight =
        new GraphValue(unique + ".kernel", kernel, torchOps.reshape(matrix, kernel), null);
    return conv2d(x, weight, shift, 1, 0, 1);
  }

  @Override
  public GraphValue padZeros(GraphValue x, int dim, long before, long after) {
    long[] pads = new long[2 * x.shape().length];
    pads[dim] = before;
    pads[x.shape().length + dim] = after;
    long[] shape = shapes.padZeros(x.shape(), dim, before, after);
    return nodeWith("Pad", shape, x, List.of(graph.integers(pads)), attribute("mode", "constant"));
  }

  @Override
  public GraphValue padReflect(GraphValue x, int padding) {
    String pads = graph.integers(0, 0, padding, padding, 0, 0, padding, padding);
    long[] shape = shapes.padReflect(x.shape(), padding);
    return nodeWith("Pad", shape, x, List.of(pads), attribute("mode", "reflect"));
  }

  @Override
  public GraphValue maxPool2d(GraphValue x, int kernel, int stride, int padding) {
    return pool("MaxPool", x, kernel, stride, padding);
  }

  @Override
  public GraphValue averagePool2d(GraphValue x, int kernel, int stride, int padding) {
    return pool("AveragePool", x, kernel, stride, padding);
  }

  private GraphValue pool(String operator, GraphValue x, int kernel, int stride, int padding) {
    return node(
        operator,
        shapes.maxPool2d(x.shape(), kernel, stride, padding),
        List.of(x),
        attribute("kernel_shape", kernel, kernel),
        attribute("strides", stride, stride),
        attribute("pads", padding, padding, padding, padding));
  }

  @Override
  public GraphValue resizeNearest(GraphValue x, long height, long width) {
    long[] s = x.shape();
    if (height % s[2] == 0 && width % s[3] == 0) {
      return resize(x, height, width, "nearest", "asymmetric");
    }
    long[] shape = shapes.resizeNearest(s, height, width);
    GraphValue rows = gather(x, 2, nearest(s[2], height), new long[] {s[0], s[1], height, s[3]});
    return gather(rows, 3, nearest(s[3], width), shape);
  }

  /** ⌊i·in/out⌋, exactly: a quotient in float32 would now and then be one less. */
  private static long[] nearest(long in, long out) {
    return LongStream.range(0, out).map(i -> i * in / out).toArray();
  }

  @Override
  public GraphValue resizeBilinear(GraphValue x, long height, long width) {
    return resize(x, height, width, "linear", "half_pixel");
  }

  @Override
  public GraphValue resizeBilinearAligned(GraphValue x, long height, long width) {
    return resize(x, height, width, "linear", "align_corners");
  }

  @Override
  public GraphValue resizeBicubicAligned(GraphValue x, long height, long width) {
    return resize(x, height, width, "cubic", "align_corners");
  }

  private GraphValue resize(
      GraphValue x, long height, long width, String mode, String coordinates) {
    long[] s = x.shape();
    if (s[2] == height && s[3] == width) {
      return x;
    }
    float[] scales = {1, 1, scale(s[2], height), scale(s[3], width)};
    String name = "scales_%s_%s".formatted(scales[2], scales[3]);
    graph.constant(name, () -> StoredTensor.of(scales, 4));
    return nodeWith(
        "Resize",
        shapes.resizeBilinear(s, height, width),
        x,
        List.of("", name), // no region of interest
        attribute("mode", mode),
        attribute("coordinate_transformation_mode", coordinates),
        attribute("nearest_mode", "floor"),
        attribute("cubic_coeff_a", -0.75f));
  }

  /** The least float32 of which ⌊in·scale⌋ is the size, in float64 as in float32. */
  private static float scale(long in, long out) {
    float scale = (float) ((double) out / in);
    while ((long) (in * (double) scale) < out) {
      scale = Math.nextUp(scale);
    }
    return scale;
  }

  @Override
  public GraphValue pixelShuffle2(GraphValue x) {
    return node(
        "DepthToSpace",
        shapes.pixelShuffle2(x.shape()),
        List.of(x),
        attribute("blocksize", 2L),
        attribute("mode", "CRD"));
  }

  @Override
  public GraphValue pixelUnshuffle2(GraphValue x) {
    long[] s = x.shape();
    GraphValue apart = reshape(x, s[0], s[1], s[2] / 2, 2, s[3] / 2, 2);
    return reshape(transpose(apart, 0, 1, 3, 5, 2, 4), shapes.pixelUnshuffle2(s));
  }
}
