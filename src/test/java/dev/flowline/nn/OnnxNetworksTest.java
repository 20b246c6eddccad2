package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.flow.UShapedFlow;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.FlowMethod;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes of whole networks, weights at random, what LibTorch computes. */
class OnnxNetworksTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private static Path folder;

  /** A network over several inputs (N, …), for either reader. */
  private interface Network {
    <V> List<V> apply(Ops<V> ops, List<V> inputs);
  }

  @ParameterizedTest
  @MethodSource("dev.flowline.nn.LockstepTest#networks")
  void extractorsWithAFlow(FeatureExtractor extractor, int height, int width) throws IOException {
    compare(
        List.of(new long[] {3, height, width}),
        new Network() {
          @Override
          public <V> List<V> apply(Ops<V> ops, List<V> inputs) {
            List<V> features = extractor.normalize(ops, extractor.features(ops, inputs.get(0)));
            List<Long> channels = features.stream().map(f -> ops.shape(f)[1]).toList();
            return new UShapedFlow("flow", channels, 3, SoftClamp.TANH)
                .forward(ops, features)
                .values();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("dev.flowline.nn.LockstepTest#methods")
  void flowsWithMapAndScore(FlowMethod method, List<long[]> shapes) throws IOException {
    compare(
        shapes.stream().map(shape -> Arrays.copyOfRange(shape, 1, 4)).toList(),
        new Network() {
          @Override
          public <V> List<V> apply(Ops<V> ops, List<V> inputs) {
            Latents<V> latents =
                method.flow(inputs.stream().map(ops::shape).toList()).forward(ops, inputs);
            List<V> outputs = new ArrayList<>(latents.values());
            V map = method.anomalyMap(ops, latents, 11, 7);
            outputs.add(map);
            outputs.add(ops.toSingle(method.anomalyScore(ops, latents, map)));
            return outputs;
          }
        });
  }

  private static void compare(List<long[]> sizes, Network network) throws IOException {
    CostOps asked = new CostOps();
    network.apply(asked, sizes.stream().map(s -> batch(1, s)).toList());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Parameters parameters = new Parameters(asked.parameters(), drawn(asked.parameters()), 1)) {
      OnnxOps onnx = new OnnxOps(parameters);
      List<GraphValue> inputs = new ArrayList<>();
      for (long[] size : sizes) {
        inputs.add(onnx.input("x" + inputs.size(), size));
      }
      List<GraphValue> outputs = network.apply(onnx, inputs);
      for (int i = 0; i < outputs.size(); i++) {
        onnx.output("y" + i, outputs.get(i));
      }
      OnnxFile file = onnx.model("0", Map.of(), "y.data");
      try (OnnxModel model = OnnxModel.of(file.model(), folder, 1)) {
        for (int n : new int[] {1, 3}) {
          compare(sizes, network, new TorchOps(parameters), model, n);
        }
      }
    }
  }

  private static void compare(
      List<long[]> sizes, Network network, TorchOps torch, OnnxModel model, int n) {
    Random random = new Random(n);
    List<Tensor> tensors = new ArrayList<>();
    Map<String, OnnxModel.Floats> inputs = new LinkedHashMap<>();
    for (long[] size : sizes) {
      long[] shape = batch(n, size);
      FloatBuffer values = direct(shape);
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, (float) random.nextGaussian());
      }
      float[] copy = new float[values.capacity()];
      values.get(0, copy);
      inputs.put("x" + tensors.size(), new OnnxModel.Floats(values, shape));
      tensors.add(TensorCopy.tensor(StoredTensor.of(copy, shape)));
    }
    List<Tensor> expected = network.apply(torch, tensors);
    Map<String, OnnxModel.Floats> outputs = new LinkedHashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      long[] shape = Tensors.shape(expected.get(i));
      outputs.put("y" + i, new OnnxModel.Floats(direct(shape), shape));
    }
    model.run(inputs, outputs);
    for (int i = 0; i < expected.size(); i++) {
      float[] wanted = TensorCopy.store(expected.get(i)).toFloats();
      FloatBuffer actual = outputs.get("y" + i).values();
      for (int k = 0; k < wanted.length; k++) {
        double bound = TOLERANCE * Math.max(1, Math.abs(wanted[k]));
        assertEquals(wanted[k], actual.get(k), bound, "output " + i + " of " + n + ", " + k);
      }
    }
  }

  private static long[] batch(int n, long[] size) {
    long[] shape = new long[size.length + 1];
    shape[0] = n;
    System.arraycopy(size, 0, shape, 1, size.length);
    return shape;
  }

  private static FloatBuffer direct(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Weights that keep values of about one, and none at a neutral value as a new model has. */
  private static Map<String, StoredTensor> drawn(Collection<ParameterSpec> specs) {
    Random random = new Random(5);
    Map<String, StoredTensor> drawn = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      if (spec.init() instanceof Init.Permutation || spec.init() instanceof Init.Orthogonal) {
        continue;
      }
      int n = (int) spec.elements();
      float[] values = new float[n];
      boolean gain = spec.name().matches(".*(weight|var|scale)") && spec.shape().length != 4;
      double fanIn = spec.shape().length == 1 ? 100 : n / (double) spec.shape()[0];
      boolean matrix = spec.shape().length == 2 || spec.shape().length == 4;
      double spread = matrix && fanIn > 1 ? 1 / Math.sqrt(fanIn) : 0.1;
      for (int i = 0; i < n; i++) {
        values[i] = (float) ((gain && !matrix ? 1 : 0) + spread * random.nextGaussian());
      }
      drawn.put(spec.name(), StoredTensor.of(values, spec.shape()));
    }
    return drawn;
  }
}
