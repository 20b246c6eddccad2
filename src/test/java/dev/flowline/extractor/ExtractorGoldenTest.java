package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.Tolerance;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Parity with the released program's extractors: golden cases f_* and the features of h_*. */
class ExtractorGoldenTest {
  @TestFactory
  List<DynamicTest> everyCase() throws IOException {
    List<Path> cases;
    Path folder = TestInput.folder("golden.dir", "../shared/golden");
    try (Stream<Path> files = Files.list(folder)) {
      cases = files.filter(f -> f.getFileName().toString().matches("[fh]_.*\\.json")).toList();
    }
    assertTrue(!cases.isEmpty(), "no case in " + folder);
    return cases.stream()
        .sorted()
        .map(c -> dynamicTest(c.getFileName().toString().replace(".json", ""), () -> run(c)))
        .toList();
  }

  private void run(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    String name = json.path("case").asText();
    Safetensors golden = Safetensors.read(file.resolveSibling(json.path("file").asText()));
    JsonNode config = json.path("config");
    String tolerance = json.path("tolerance").asText();
    if (name.startsWith("f_cait")) {
      cait(golden, config, tolerance);
    } else if (name.startsWith("f_mcait")) {
      msCait(golden, config, tolerance);
    } else if (name.startsWith("f_") && config.has("layers")) {
      resNet(golden, bottleneck(config, golden), tolerance);
    } else if (name.startsWith("f_efficientnet")) {
      efficientNet(golden, config, tolerance);
    } else if (name.startsWith("f_swin")) {
      swin(golden, config, tolerance);
    } else if (name.startsWith("h_")) {
      resNet(golden, published(name), "feat: " + json.path("tolerance").path("feat").asText());
    } else {
      Assumptions.abort("skipped: " + name + " is for no extractor that there is");
    }
  }

  /** The published ResNet that a case is named after. */
  private static ResNet.Variant published(String name) {
    return Stream.of(ResNet.Variant.RESNET18, ResNet.Variant.RESNET34)
        .filter(variant -> name.contains(variant.name()))
        .findFirst()
        .orElseThrow();
  }

  private static ResNet.Variant bottleneck(JsonNode config, Safetensors golden) {
    List<Integer> blocks = new ArrayList<>();
    config.path("layers").forEach(n -> blocks.add(n.asInt()));
    while (blocks.size() < 4) {
      blocks.add(1); // stage 4 takes no part
    }
    int inner =
        golden.tensors().entrySet().stream()
            .filter(tensor -> tensor.getKey().endsWith("layer1.0.conv1.weight"))
            .mapToInt(tensor -> (int) tensor.getValue().shape()[0])
            .findFirst()
            .orElseThrow();
    return new ResNet.Variant(
        config.path("backbone").asText(),
        ResNet.Block.BOTTLENECK,
        blocks,
        config.path("channels").path(0).asInt(),
        inner);
  }

  private void resNet(Safetensors golden, ResNet.Variant variant, String tolerance) {
    ResNet resNet = new ResNet(variant);
    Result result = run(resNet, golden);
    Tolerance feat = Tolerance.behind("feat", tolerance);
    Tolerance normalized =
        tolerance.contains("normalized") ? Tolerance.behind("normalized", tolerance) : feat;
    for (int i = 0; i < resNet.strides().size(); i++) {
      close(golden, "feat." + i, result.features.get(i), feat);
      close(golden, "normalized_feat." + i, result.normalized.get(i), normalized);
    }
  }

  private void msCait(Safetensors golden, JsonNode config, String tolerance) {
    MsCaiT pair =
        new MsCaiT(variant(config.path("scale1"), golden), variant(config.path("scale2"), golden));
    Result result = run(pair, golden);
    double mostMean = Tolerance.behind("mean", tolerance).number();
    for (int i = 0; i < pair.strides().size(); i++) {
      StoredTensor expected = golden.tensor("feat." + i);
      StoredTensor actual = result.features.get(i);
      close(golden, "feat." + i, actual, Tolerance.of(tolerance));
      double mean = 0;
      for (int k = 0; k < expected.elements(); k++) {
        mean += Math.abs(expected.get(k) - actual.get(k)) / expected.elements();
      }
      assertTrue(mean <= mostMean, "mean difference " + mean);
    }
  }

  private void cait(Safetensors golden, JsonNode config, String tolerance) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    golden
        .tensors()
        .forEach((name, t) -> renamed.put(name.replaceFirst("^w(\\d)\\.", "w.extractor$1."), t));
    MsCaiT pair =
        new MsCaiT(variant(config.path("scale1"), golden), variant(config.path("scale2"), golden));
    Result result = run(pair, new Safetensors(Map.of(), renamed));
    for (int i = 0; i < pair.strides().size(); i++) {
      close(golden, "s" + (i + 1) + ".out", result.features.get(i), Tolerance.of(tolerance));
    }
  }

  private static void efficientNet(Safetensors golden, JsonNode config, String tolerance) {
    EfficientNet.Variant variant =
        IntStream.rangeClosed(0, 7)
            .boxed()
            .flatMap(
                b -> Stream.of(EfficientNet.Variant.pytorch(b), EfficientNet.Variant.tensorflow(b)))
            .filter(v -> v.name().equals(config.path("model").asText()))
            .findFirst()
            .orElseThrow();
    List<Integer> taps = new ArrayList<>();
    for (JsonNode module : config.path("out_modules")) {
      String stage = module.asText() + ".";
      variant.places().stream()
          .filter(place -> place.name().startsWith(stage))
          .reduce((first, second) -> second)
          .ifPresent(place -> taps.add(place.index()));
    }
    Result result = run(new EfficientNet(variant, taps), golden);
    for (int i = 0; i < taps.size(); i++) {
      close(golden, "feat." + i, result.features.get(i), Tolerance.of(tolerance));
    }
  }

  private static void swin(Safetensors golden, JsonNode config, String tolerance) {
    JsonNode given = config.path("kwargs");
    Swin.Variant variant =
        new Swin.Variant(
            "golden",
            given.path("embed_dim").asInt(),
            numbers(given.path("depths").asText()),
            numbers(given.path("num_heads").asText()),
            given.path("window_size").asInt(),
            given.path("img_size").asInt());
    Result result = run(new Swin(variant), golden);
    for (int i = 0; i < variant.depths().size(); i++) {
      StoredTensor expected = channelsFirst(golden.tensor("feat." + i));
      double bound = Tolerance.of(tolerance).bound(expected);
      TestInput.assertClose(expected, result.features.get(i), bound, "feat." + i);
    }
  }

  private static List<Integer> numbers(String tuple) {
    return Stream.of(tuple.replaceAll("[^0-9,]", "").split(",")).map(Integer::valueOf).toList();
  }

  /** (1, H, W, C) as (1, C, H, W). */
  private static StoredTensor channelsFirst(StoredTensor map) {
    int height = (int) map.shape()[1];
    int width = (int) map.shape()[2];
    int channels = (int) map.shape()[3];
    float[] values = new float[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      int position = i % (height * width);
      values[i] = (float) map.get(position * channels + i / (height * width));
    }
    return StoredTensor.of(values, 1, channels, height, width);
  }

  private static CaiT.Variant variant(JsonNode scale, Safetensors golden) {
    int depth =
        scale.has("depth") ? scale.path("depth").asInt() : scale.path("blocks_used").asInt();
    return new CaiT.Variant(
        "golden",
        scale.path("embed_dim").asInt(),
        depth,
        scale.path("num_heads").asInt(),
        depth,
        scale.path("img").asInt());
  }

  private record Result(List<StoredTensor> features, List<StoredTensor> normalized) {}

  /** Imports the case's weights as those of a released checkpoint and runs the extractor. */
  private static Result run(FeatureExtractor extractor, Safetensors golden) {
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    golden
        .tensors()
        .forEach(
            (name, t) -> {
              if (name.startsWith("w.")) {
                weights.put(name.substring(2), t);
              }
            });
    CostOps cost = new CostOps();
    List<long[]> shapes = extractor.features(cost, golden.tensor("image").shape());
    extractor.normalize(cost, shapes);
    Map<String, StoredTensor> fitted = PretrainedWeights.fit(extractor, weights);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = new Parameters(cost.parameters(), fitted, 0);
        NoGradGuard noGrad = new NoGradGuard()) {
      TorchOps ops = new TorchOps(parameters);
      List<Tensor> features = extractor.features(ops, TensorCopy.tensor(golden.tensor("image")));
      assertEquals(shapes.size(), features.size());
      List<Tensor> normalized = extractor.normalize(ops, features);
      return new Result(
          features.stream().map(TensorCopy::store).toList(),
          normalized.stream().map(TensorCopy::store).toList());
    }
  }

  private static void close(
      Safetensors golden, String name, StoredTensor actual, Tolerance tolerance) {
    StoredTensor expected = golden.tensor(name);
    TestInput.assertClose(expected, actual, tolerance.bound(expected), name);
  }
}
