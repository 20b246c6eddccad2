package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Parity with the released program's extractors: golden cases f_* and the features of h_*. */
class ExtractorGoldenTest {
  private static final Pattern TOLERANCE =
      Pattern.compile("(abs )?(\\d[\\d.e-]*)( of (the )?abs-?max)?");

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
    if (name.startsWith("f_cait")) {
      cait(golden, config, json.path("tolerance").asText());
    } else if (name.startsWith("f_mcait")) {
      msCait(golden, config, json.path("tolerance").asText());
    } else if (name.startsWith("f_") && config.has("layers")) {
      resNet(golden, bottleneck(config), json.path("tolerance").asText());
    } else if (name.startsWith("f_efficientnet")) {
      efficientNet(golden, config, json.path("tolerance").asText());
    } else if (name.startsWith("f_swin")) {
      swin(golden, config, json.path("tolerance").asText());
    } else if (name.startsWith("h_") && name.contains("resnet18")) {
      resNet(golden, ResNet.Variant.RESNET18, json.path("tolerance").path("feat").asText());
    } else {
      Assumptions.abort("skipped: " + name + " is for no extractor that there is");
    }
  }

  private static ResNet.Variant bottleneck(JsonNode config) {
    List<Integer> blocks = new ArrayList<>();
    config.path("layers").forEach(n -> blocks.add(n.asInt()));
    while (blocks.size() < 4) {
      blocks.add(1); // stage 4 takes no part
    }
    return new ResNet.Variant(
        config.path("backbone").asText(), ResNet.Block.BOTTLENECK, blocks, 256, 128);
  }

  private void resNet(Safetensors golden, ResNet.Variant variant, String tolerance) {
    ResNet resNet = new ResNet(variant);
    Result result = run(resNet, golden);
    for (int i = 0; i < 3; i++) {
      StoredTensor expected = golden.tensor("feat." + i);
      double bound = tolerance(tolerance) * TestInput.absoluteMaximum(expected);
      TestInput.assertClose(expected, result.features.get(i), bound, "feat." + i);
      TestInput.assertClose(
          golden.tensor("normalized_feat." + i), result.normalized.get(i), 1e-4, "normalized." + i);
    }
  }

  private void msCait(Safetensors golden, JsonNode config, String tolerance) {
    MsCaiT pair =
        new MsCaiT(variant(config.path("scale1"), golden), variant(config.path("scale2"), golden));
    Result result = run(pair, golden);
    for (int i = 0; i < 2; i++) {
      StoredTensor expected = golden.tensor("feat." + i);
      StoredTensor actual = result.features.get(i);
      TestInput.assertClose(expected, actual, tolerance(tolerance), "feat." + i);
      double mean = 0;
      for (int k = 0; k < expected.elements(); k++) {
        mean += Math.abs(expected.get(k) - actual.get(k)) / expected.elements();
      }
      assertTrue(mean <= 1e-4, "mean difference " + mean);
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
    for (int i = 0; i < 2; i++) {
      String name = "s" + (i + 1) + ".out";
      TestInput.assertClose(
          golden.tensor(name), result.features.get(i), tolerance(tolerance), name);
    }
  }

  private static void efficientNet(Safetensors golden, JsonNode config, String tolerance) {
    EfficientNet.Variant b0 = EfficientNet.Variant.pytorch(0);
    assertEquals(b0.name(), config.path("model").asText());
    List<Integer> taps = new ArrayList<>();
    for (JsonNode module : config.path("out_modules")) {
      String stage = module.asText() + ".";
      b0.places().stream()
          .filter(place -> place.name().startsWith(stage))
          .reduce((first, second) -> second)
          .ifPresent(place -> taps.add(place.index()));
    }
    Result result = run(new EfficientNet(b0, taps), golden);
    for (int i = 0; i < taps.size(); i++) {
      StoredTensor expected = golden.tensor("feat." + i);
      double bound = tolerance(tolerance) * TestInput.absoluteMaximum(expected);
      TestInput.assertClose(expected, result.features.get(i), bound, "feat." + i);
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
      double bound = tolerance(tolerance) * TestInput.absoluteMaximum(expected);
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
      List<Tensor> features = extractor.features(ops, Parameters.tensor(golden.tensor("image")));
      assertEquals(shapes.size(), features.size());
      List<Tensor> normalized = extractor.normalize(ops, features);
      return new Result(
          features.stream().map(Parameters::store).toList(),
          normalized.stream().map(Parameters::store).toList());
    }
  }

  private static double tolerance(String text) {
    Matcher matcher = TOLERANCE.matcher(text);
    assertTrue(matcher.find(), text);
    return Double.parseDouble(matcher.group(2));
  }
}
