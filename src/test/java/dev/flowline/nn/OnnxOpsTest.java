package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes of what OnnxOps writes what LibTorch computes, operation by operation. */
class OnnxOpsTest {
  private static final double TOLERANCE = 2e-5;
  private static final long[] MAP = {6, 5, 7};

  @TempDir private static Path folder;

  /** An operation on inputs (N, …), for either reader. */
  private interface Operation {
    Object apply(Ops<Object> ops, Object[] x);
  }

  /**
   * @param sizes of one image, by input
   */
  private record Written(String name, List<long[]> sizes, Operation operation) {
    static Written of(String name, Operation operation, long[]... sizes) {
      return new Written(name, List.of(sizes), operation);
    }

    /** An operation on a map of six channels. */
    static Written ofMap(String name, Operation operation) {
      return of(name, operation, MAP);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Written> operations() {
    return Stream.of(
        Written.ofMap("conv", (o, x) -> o.conv2d(x[0], c(o, 4, 6, 3, 3), c(o, 4), 2, 1)),
        Written.ofMap(
            "rectified conv",
            (o, x) -> o.rectifiedConv2d(x[0], c(o, 6, 6, 3, 3), c(o, 6), 1, 1, x[0])),
        Written.ofMap("depthwise", (o, x) -> o.conv2d(x[0], c(o, 6, 1, 3, 1), null, 1, 1, 6)),
        Written.of("linear", (o, x) -> o.linear(x[0], c(o, 3, 5), c(o, 3)), new long[] {5}),
        Written.of("on tokens", (o, x) -> o.linear(x[0], c(o, 3, 5), c(o, 3)), new long[] {4, 5}),
        Written.of("without bias", (o, x) -> o.linear(x[0], c(o, 3, 5), null), new long[] {4, 5}),
        Written.ofMap("norm of rows", (o, x) -> o.layerNorm(x[0], c(o, 7), c(o, 7), 1e-3)),
        Written.ofMap(
            "norm of images", (o, x) -> o.layerNorm(x[0], c(o, 6, 5, 7), c(o, 6, 5, 7), 1e-5)),
        Written.ofMap(
            "batchNorm",
            (o, x) -> o.batchNorm(x[0], c(o, 6), c(o, 6), c(o, 6), o.exp(c(o, 6)), 1e-3)),
        Written.of(
            "matmul", (o, x) -> o.matmul(x[0], x[1]), new long[] {2, 3, 4}, new long[] {2, 4, 5}),
        Written.ofMap(
            "matmul with constants",
            (o, x) ->
                o.matmul(c(o, 35, 4, 6), o.transpose(o.reshape(x[0], n(o, x), 6, 35), 2, 1, 0))),
        Written.of("add", (o, x) -> o.add(x[0], x[1]), MAP, new long[] {1, 5, 7}),
        Written.of("subtract", (o, x) -> o.subtract(x[0], x[1]), MAP, new long[] {6, 1, 1}),
        Written.of("multiply", (o, x) -> o.multiply(x[0], x[1]), MAP, MAP),
        Written.ofMap("divide", (o, x) -> o.divide(x[0], o.exp(c(o, 1, 6, 1, 1)))),
        Written.ofMap("numbers", (o, x) -> o.multiply(o.add(x[0], 0.25), -3)),
        Written.ofMap("exp", (o, x) -> o.exp(x[0])),
        Written.ofMap("log", (o, x) -> o.log(o.add(o.multiply(x[0], x[0]), 0.1))),
        Written.ofMap("tanh", (o, x) -> o.tanh(x[0])),
        Written.ofMap("atan", (o, x) -> o.atan(x[0])),
        Written.ofMap("clamp", (o, x) -> o.clamp(x[0], -0.5, 1)),
        Written.ofMap("relu", (o, x) -> o.relu(x[0])),
        Written.ofMap("leakyRelu", (o, x) -> o.leakyRelu(x[0], 0.1)),
        Written.ofMap("sigmoid", (o, x) -> o.sigmoid(x[0])),
        Written.ofMap("silu", (o, x) -> o.silu(x[0])),
        Written.ofMap("gelu", (o, x) -> o.gelu(x[0])),
        Written.ofMap("softplus", (o, x) -> o.softplus(o.multiply(x[0], 30), 0.5)),
        Written.ofMap("softmax", (o, x) -> o.softmax(x[0], 2)),
        Written.ofMap("sumPerSample", (o, x) -> o.toSingle(o.sumPerSample(x[0]))),
        Written.ofMap("sum", (o, x) -> o.toSingle(o.sum(x[0]))),
        Written.ofMap("maxPerSample", (o, x) -> o.maxPerSample(x[0])),
        Written.ofMap("meanOverChannels", (o, x) -> o.meanOverChannels(x[0])),
        Written.ofMap("meanOverImage", (o, x) -> o.meanOverImage(x[0])),
        Written.ofMap("reshape", (o, x) -> o.reshape(x[0], 6 * n(o, x), 35)),
        Written.ofMap("transpose", (o, x) -> o.transpose(x[0], 0, 2, 3, 1)),
        Written.of("concat", (o, x) -> o.concat(List.of(x[0], x[1]), 1), MAP, new long[] {2, 5, 7}),
        Written.ofMap(
            "repeated codes",
            (o, x) ->
                o.add(o.concat(Collections.nCopies((int) n(o, x), c(o, 3, 35)), 0), zero(o, x))),
        Written.ofMap(
            "repeated token",
            (o, x) ->
                o.concat(
                    List.of(
                        o.indexSelect(c(o, 1, 1, 35), 0, new long[(int) n(o, x)]),
                        o.reshape(x[0], n(o, x), 6, 35)),
                    1)),
        Written.ofMap("slice", (o, x) -> o.slice(x[0], 2, 1, 4)),
        Written.ofMap("indexSelect", (o, x) -> o.indexSelect(x[0], 3, 6, 0, 0, 2)),
        Written.ofMap(
            "selected constants",
            (o, x) -> o.add(x[0], o.indexSelect(c(o, 1, 3, 1, 1), 1, 2, 0, 0, 1, 1, 0))),
        Written.ofMap("permute", (o, x) -> o.permuteChannels(x[0], "p")),
        Written.ofMap("permute back", (o, x) -> o.unpermuteChannels(x[0], "p")),
        Written.ofMap("rotate", (o, x) -> o.rotateChannels(x[0], "r")),
        Written.ofMap("rotate back", (o, x) -> o.unrotateChannels(x[0], "r")),
        Written.ofMap(
            "scaled and permuted",
            (o, x) ->
                o.permuteChannels(
                    o.add(o.multiply(x[0], c(o, 1, 6, 1, 1)), c(o, 1, 6, 1, 1)), "p")),
        Written.ofMap(
            "scaled and rotated",
            (o, x) -> o.rotateChannels(o.multiply(x[0], o.softplus(c(o, 1, 6, 1, 1), 0.5)), "r")),
        Written.of(
            "vectors scaled and rotated",
            (o, x) ->
                o.rotateChannels(o.add(o.multiply(x[0], c(o, 1, 6, 1, 1)), c(o, 1, 6, 1, 1)), "r"),
            new long[] {6, 1, 1}),
        Written.ofMap(
            "shifted twice",
            (o, x) ->
                o.permuteChannels(
                    o.add(
                        o.add(o.multiply(x[0], c(o, 1, 6, 1, 1)), c(o, 1, 6, 1, 1)),
                        o.multiply(c(o, 1, 6, 1, 1), 3)),
                    "p")),
        Written.ofMap("padZeros", (o, x) -> o.padZeros(x[0], 2, 1, 3)),
        Written.ofMap("padReflect", (o, x) -> o.padReflect(x[0], 4)),
        Written.ofMap("maxPool2d", (o, x) -> o.maxPool2d(x[0], 3, 2, 1)),
        Written.ofMap("averagePool2d", (o, x) -> o.averagePool2d(x[0], 4, 2, 1)),
        Written.ofMap("nearest, whole factors", (o, x) -> o.resizeNearest(x[0], 15, 14)),
        Written.ofMap("nearest, others", (o, x) -> o.resizeNearest(x[0], 3, 11)),
        Written.ofMap("bilinear up", (o, x) -> o.resizeBilinear(x[0], 13, 21)),
        Written.ofMap("bilinear down", (o, x) -> o.resizeBilinear(x[0], 3, 3)),
        Written.ofMap("bilinear aligned", (o, x) -> o.resizeBilinearAligned(x[0], 13, 8)),
        Written.ofMap("bicubic aligned", (o, x) -> o.resizeBicubicAligned(x[0], 3, 17)),
        Written.of("pixelShuffle2", (o, x) -> o.pixelShuffle2(x[0]), new long[] {8, 3, 2}),
        Written.of("pixelUnshuffle2", (o, x) -> o.pixelUnshuffle2(x[0]), new long[] {3, 4, 6}),
        Written.ofMap(
            "log-determinants of zeros",
            (o, x) ->
                o.add(
                    o.add(o.zeros(n(o, x)), o.sum(o.log(o.exp(c(o, 6))))), o.sumPerSample(x[0]))));
  }

  private static long n(Ops<Object> ops, Object[] x) {
    return ops.shape(x[0])[0];
  }

  /** A zero that depends on the images, to make something of constants alone an output. */
  private static Object zero(Ops<Object> ops, Object[] x) {
    return ops.multiply(ops.maxPerSample(ops.reshape(x[0], 1, n(ops, x) * 210)), 0);
  }

  /** Constants drawn at random, the same for a shape. */
  private static Object c(Ops<Object> ops, long... shape) {
    Random random = new Random(Arrays.hashCode(shape));
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return ops.constant(values, shape);
  }

  private static Parameters parameters() {
    return new Parameters(
        List.of(
            new ParameterSpec("p", Init.PERMUTATION, new long[] {6}),
            new ParameterSpec("r", Init.ORTHOGONAL, new long[] {6, 6})),
        Map.of(),
        7);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void onnxRuntimeComputesWhatLibTorchComputes(Written written) throws IOException {
    onnxRuntimeComputesWhatLibTorchComputes(written, 1, 2, 5);
  }

  private static void onnxRuntimeComputesWhatLibTorchComputes(Written written, int... batches)
      throws IOException {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = parameters()) {
      OnnxOps onnx = new OnnxOps(parameters);
      Object[] inputs = new Object[written.sizes.size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = onnx.input("x" + i, written.sizes.get(i));
      }
      onnx.output("y", (GraphValue) written.operation.apply(any(onnx), inputs));
      OnnxFile file = onnx.model("0", Map.of(), "y.data");
      try (OnnxModel model = OnnxModel.of(file.model(), folder, 1)) {
        for (int n : batches) {
          compare(written, new TorchOps(parameters), model, n);
        }
      }
    }
  }

  /** The sums over features as large as those of images of 448 × 448, which are above 0. */
  private static Stream<Written> sumsOfManyValues() {
    long[] features = {64, 112, 112};
    return Stream.of(
        Written.of(
            "norm of images",
            (o, x) -> o.layerNorm(above0(o, x), c(o, features), c(o, features), 1e-5),
            features),
        Written.of("sumPerSample", (o, x) -> o.toSingle(o.sumPerSample(above0(o, x))), features),
        Written.of(
            "meanOverImage",
            (o, x) -> o.multiply(o.meanOverImage(above0(o, x)), 100),
            new long[] {2, 448, 448}));
  }

  private static Object above0(Ops<Object> ops, Object[] x) {
    return ops.relu(ops.add(x[0], 2));
  }

  /** A mean that an engine adds up value by value keeps four digits only. */
  @ParameterizedTest
  @MethodSource("sumsOfManyValues")
  void sumsOfManyValuesKeepTheirDigits(Written written) throws IOException {
    onnxRuntimeComputesWhatLibTorchComputes(written, 1);
  }

  private static void compare(Written written, TorchOps torch, OnnxModel model, int n) {
    Random random = new Random(n);
    Object[] tensors = new Object[written.sizes.size()];
    Map<String, OnnxModel.Floats> inputs = new LinkedHashMap<>();
    for (int i = 0; i < tensors.length; i++) {
      long[] one = written.sizes.get(i);
      long[] shape = new long[one.length + 1];
      shape[0] = n;
      System.arraycopy(one, 0, shape, 1, one.length);
      FloatBuffer values = direct(shape);
      while (values.hasRemaining()) {
        values.put((float) random.nextGaussian());
      }
      inputs.put("x" + i, new OnnxModel.Floats(values.flip(), shape));
      float[] copy = new float[values.remaining()];
      values.duplicate().get(copy);
      tensors[i] = TensorCopy.tensor(StoredTensor.of(copy, shape));
    }
    Tensor expected = (Tensor) written.operation.apply(any(torch), tensors);
    FloatBuffer actual = direct(Tensors.shape(expected));
    model.run(inputs, Map.of("y", new OnnxModel.Floats(actual, Tensors.shape(expected))));
    float[] wanted = TensorCopy.store(expected).toFloats();
    for (int i = 0; i < wanted.length; i++) {
      double bound = TOLERANCE * Math.max(1, Math.abs(wanted[i]));
      assertEquals(wanted[i], actual.get(i), bound, written + " of " + n + ", element " + i);
    }
  }

  private static FloatBuffer direct(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @SuppressWarnings("unchecked")
  private static Ops<Object> any(Ops<?> ops) {
    return (Ops<Object>) ops;
  }

  /** What is in Ops and not above is one of those that networks of inference do not call. */
  @Test
  void everyOperationIsCompared() {
    Set<String> called = new TreeSet<>();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = parameters()) {
      operations()
          .forEach(
              written -> {
                OnnxOps onnx = new OnnxOps(parameters);
                Object[] inputs =
                    written.sizes.stream().map(sizes -> onnx.input("x", sizes)).toArray();
                written.operation.apply(recording(onnx, called), inputs);
              });
    }
    Set<String> without =
        new TreeSet<>(Set.of("parameter", "foreign", "couple", "uncouple", "couples"));
    without.addAll(List.of("flowSteps", "attention", "part")); // of inspections alone
    Set<String> all =
        Arrays.stream(Ops.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
    all.removeAll(called);
    assertEquals(without, new TreeSet<>(all));
  }

  @SuppressWarnings("unchecked")
  private static Ops<Object> recording(OnnxOps onnx, Set<String> called) {
    return (Ops<Object>)
        Proxy.newProxyInstance(
            OnnxOpsTest.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (proxy, method, arguments) -> {
              called.add(method.getName());
              try {
                return method.invoke(onnx, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** What no output needs is not in the file; what a permutation took in neither. */
  @Test
  void onlyWhatOutputsNeedIsWritten() throws IOException {
    assertEquals(
        "Conv Identity",
        operators(
            (o, x) -> {
              o.sumPerSample(o.exp(x[0]));
              Object scaled = o.add(o.multiply(x[0], c(o, 1, 6, 1, 1)), c(o, 1, 6, 1, 1));
              return o.permuteChannels(scaled, "p");
            }));
  }

  /** OpenCV 4.6 refuses to divide by one number for each image, and divides by one per channel. */
  @Test
  void aNormOfImagesSubtractsAndDividesPerChannel() throws IOException {
    assertEquals(
        "ReduceMean ReduceMean ReduceMean Conv Sub Mul ReduceMean ReduceMean ReduceMean Add Sqrt"
            + " Conv Div Mul Add Identity",
        operators((o, x) -> o.layerNorm(x[0], c(o, 6, 5, 7), c(o, 6, 5, 7), 1e-5)));
  }

  /** OpenCV 4.6 refuses vectors. */
  @Test
  void numbersOfImagesAreAddedAsColumns() throws IOException {
    assertEquals(
        "ReduceMax Reshape Reshape Add Reshape Identity",
        operators(
            (o, x) -> {
              Object most = o.maxPerSample(x[0]);
              return o.add(most, most);
            }));
  }

  /** The operators of an operation on a map of six channels, in the order of the file. */
  private static String operators(Operation operation) throws IOException {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = parameters()) {
      OnnxOps onnx = new OnnxOps(parameters);
      Object x = onnx.input("x", MAP);
      onnx.output("y", (GraphValue) operation.apply(any(onnx), new Object[] {x}));
      return OnnxTensors.of(onnx.model("0", Map.of(), "y.data").model()).stream()
          .map(OnnxTensors.Inner::operator)
          .collect(Collectors.joining(" "));
    }
  }

  @Test
  void zerosOfAFreeNumberOfImagesAreNoPartOfAnything() {
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = parameters()) {
      OnnxOps onnx = new OnnxOps(parameters);
      GraphValue zeros = onnx.zeros(OnnxOps.BATCH, 2);
      var e = assertThrows(IllegalStateException.class, () -> onnx.slice(zeros, 1, 0, 1));
      assertTrue(e.getMessage().startsWith("constant_0 is [] and no "), e.getMessage());
    }
  }

  /** Models of 2 GB and more have their weights beside them. */
  @Test
  void weightsBesideTheModelGiveTheSame() throws IOException {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = parameters()) {
      OnnxGraph graph = new OnnxGraph();
      float[] weights = new float[600];
      Arrays.setAll(new Object[600], i -> weights[i] = i);
      graph.input("x", List.of("batch", 600L));
      graph.constant("w", () -> StoredTensor.of(weights, 1, 600));
      graph.constant("v", () -> StoredTensor.of(new float[] {0.5f}, 1, 1));
      String sum = graph.node("Add", List.of("x", "w"));
      graph.output("y", graph.node("Add", List.of(sum, "v")), List.of("batch", 600L));
      OnnxFile file = OnnxFile.beside(graph, "0", Map.of("k", "text"), "m.onnx.data");
      file.writeWeights(folder);
      file.writeModel(folder.resolve("m.onnx"));
      assertTrue(file.model().remaining() < 1000, "weights are inside");
      ByteBuffer written = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("m.onnx")));
      assertEquals(Map.of("k", "text"), OnnxMetadata.of(written));
      try (OnnxModel model = OnnxModel.of(written, folder, 1)) {
        FloatBuffer y = direct(2, 600);
        model.run(
            Map.of("x", new OnnxModel.Floats(direct(2, 600), 2, 600)),
            Map.of("y", new OnnxModel.Floats(y, 2, 600)));
        float[] second = new float[600];
        y.get(600, second);
        float[] expected = new float[600];
        Arrays.setAll(new Object[600], i -> expected[i] = i + 0.5f);
        assertArrayEquals(expected, second);
      }
    }
  }
}
