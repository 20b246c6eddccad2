package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.TinyLine;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Init;
import dev.flowline.nn.OnnxFile;
import dev.flowline.nn.OnnxMetadata;
import dev.flowline.nn.OnnxModel;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exported network of each method gives the model's latents, anomaly map and score. */
class NetworkExportTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  private static Stream<Arguments> methods() {
    FastFlow fastFlow = new FastFlow(2, List.of(3, 1), 1, SoftClamp.TANH_SCALED);
    return Stream.of(
        Arguments.of(ModelKind.U_FLOW, new UFlow(3, SoftClamp.TANH)),
        Arguments.of(
            ModelKind.U_FLOW, new UFlow(2, SoftClamp.ATAN, UFlow.Arrangement.SEPARATE, null)),
        Arguments.of(ModelKind.FASTFLOW, fastFlow),
        Arguments.of(ModelKind.CFLOW, new CFlow(2, 8, SoftClamp.TANH, 16)),
        Arguments.of(ModelKind.CS_FLOW, new CsFlow(List.of(3, 5), 9)),
        Arguments.of(ModelKind.MS_FLOW, new MsFlow(3, List.of(3, 1), 8)),
        Arguments.of(ModelKind.CL_FLOW, ClFlow.on(fastFlow)),
        Arguments.of(ModelKind.PADIM, new Padim(12, 0.01, 2)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onPatchPca(ModelKind kind, Method method) throws IOException {
    compare(TinyLine.config(kind, method, 48, 64, 3), Map.of());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onResNet18WithRealWeights(ModelKind kind, Method method) throws IOException {
    Path weights = Path.of("../shared/weights/resnet18-imagenet-bn-folded.safetensors");
    Assumptions.assumeTrue(Files.exists(weights), "skipped: " + weights + " is absent");
    ExtractorConfig extractor = ExtractorConfig.of(Backbone.RESNET18);
    ModelConfig config = TinyLine.config(kind, "tile", extractor, method, 64, 96, 3);
    compare(config, PretrainedWeights.load(extractor, List.of(weights), Optional.empty()));
  }

  private void compare(ModelConfig config, Map<String, StoredTensor> frozen) throws IOException {
    try (AnomalyModel model = AnomalyModel.create(config, weights(config, frozen))) {
      OnnxFile file = NetworkExport.of(model, Map.of("flowline", "{}"), "net.onnx.data");
      assertEquals(Map.of("flowline", "{}"), OnnxMetadata.of(file.model()));
      try (OnnxModel onnx = OnnxModel.of(file.model(), folder, 2)) {
        compare(model, onnx, 1);
        compare(model, onnx, 3);
      }
    }
  }

  private static void compare(AnomalyModel model, OnnxModel onnx, int n) {
    int height = model.config().preprocessing().height();
    int width = model.config().preprocessing().width();
    long[] shape = {n, 3, height, width};
    Random random = new Random(n);
    FloatBuffer images = direct(shape);
    for (int i = 0; i < images.capacity(); i++) {
      images.put(i, (float) random.nextGaussian());
    }
    float[] copy = new float[images.capacity()];
    images.get(0, copy);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Tensor pixels = TensorCopy.tensor(StoredTensor.of(copy, shape));
      Latents<Tensor> latents = model.latents(model.features(pixels));
      Map<String, Tensor> expected = new LinkedHashMap<>();
      for (Tensor z : latents.values()) {
        expected.put(NetworkExport.latents(expected.size()), z);
      }
      Tensor map = model.anomalyMap(latents, height, width);
      expected.put("anomaly_map", map);
      expected.put("anomaly_score", model.anomalyScore(latents, map));
      Map<String, OnnxModel.Floats> outputs = new LinkedHashMap<>();
      expected.forEach(
          (name, tensor) -> {
            long[] s = Tensors.shape(tensor);
            outputs.put(name, new OnnxModel.Floats(direct(s), s));
          });
      onnx.run(Map.of("images", new OnnxModel.Floats(images, shape)), outputs);
      expected.forEach(
          (name, tensor) -> {
            float[] wanted = TensorCopy.store(tensor).toFloats();
            FloatBuffer actual = outputs.get(name).values();
            for (int i = 0; i < wanted.length; i++) {
              double bound = TOLERANCE * Math.max(1, Math.abs(wanted[i]));
              assertEquals(wanted[i], actual.get(i), bound, name + " of " + n + ", " + i);
            }
          });
    }
  }

  private static FloatBuffer direct(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Weights of a model that learned something: a new one changes its features hardly at all. */
  private static Map<String, StoredTensor> weights(
      ModelConfig config, Map<String, StoredTensor> frozen) {
    CostOps ops = new CostOps();
    NetworkWalk walk = NetworkWalk.of(config, ops);
    Random random = new Random(8);
    Map<String, StoredTensor> weights = new LinkedHashMap<>(frozen);
    for (ParameterSpec spec : walk.parameters()) {
      if (spec.init() instanceof Init.Permutation
          || spec.init() instanceof Init.Orthogonal
          || weights.containsKey(spec.name())) {
        continue;
      }
      int n = (int) spec.elements();
      boolean kernel = spec.shape().length == 4 || spec.shape().length == 2;
      double fanIn = n / (double) spec.shape()[0];
      double spread = kernel && fanIn > 1 ? 1 / Math.sqrt(fanIn) : 0.1;
      double centre = spec.name().matches(".*(running_var|normalizations.*weight)") ? 1 : 0;
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) (centre + spread * random.nextGaussian());
      }
      weights.put(spec.name(), StoredTensor.of(values, spec.shape()));
    }
    return weights;
  }

  private static Stream<Arguments> obstacles() {
    return Stream.of(
        Arguments.of(
            8,
            "it turns each image 8 times before the network sees it,"
                + " which no standard operator does to the same pixels"),
        Arguments.of(
            0,
            "its anomaly map is the gradient of the network,"
                + " which an exported network does not have"));
  }

  @ParameterizedTest
  @MethodSource("obstacles")
  void whatCannotBeExportedSaysWhyInOneSentence(int rotations, String why) {
    Method method = new DifferNet(1, List.of(4L), 0, rotations);
    ModelConfig config = TinyLine.config(ModelKind.DIFFERNET, method, 48, 48, 3);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> NetworkExport.of(model, Map.of(), "x.data"));
      assertEquals("the model cannot be exported: " + why, e.getMessage());
    }
  }
}
