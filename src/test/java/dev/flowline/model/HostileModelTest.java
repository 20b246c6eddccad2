package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.ChildJvm;
import dev.flowline.ResignedModel;
import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model files whose digest is right and whose content is meant to hurt. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path model;
  private Path altered;

  @BeforeEach
  void writeAModel() throws IOException {
    model = folder.resolve("fabric.flowline");
    altered = folder.resolve("altered.flowline");
    write(TinyLine.config(32, 32, 7));
  }

  private void write(ModelConfig plain) throws IOException {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      images.add(new CalibrationImage(-i, List.of(1.0, 2.0), null));
    }
    Calibration calibration = Calibration.of(images, new FalseAlarmRate(0.1, 0.9));
    ModelConfig config =
        plain
            .withSegmentation(plain.segmentation(), calibration)
            .recalibrated(plain.segmentation(), calibration, null, Instant.EPOCH, List.of())
            .withTraining(new ModelConfig.TrainingFacts(30, 2, 1, 4, 1e-3, 1e-5, 1.5));
    try (AnomalyModel made = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
      made.save(model);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/settings/steps | 2147483647 | u-flow: steps must be at most 1000, got 2147483647",
        "/settings/steps | 1000000000 | u-flow: steps must be at most 1000",
        "/settings/steps | 100000 | u-flow: steps must be at most 1000",
        "/settings/steps | 1000 | many more than there are weights",
        "/settings/steps | 1e300 | u-flow: steps must be at most 1000",
        "/settings/steps | 2.5 | settings of u-flow",
        "/settings/steps | \"2\" | settings of u-flow",
        "/settings/steps | [2] | settings of u-flow",
        "/settings/steps | null | settings.steps is null",
        "/settings/softClamp | 7 | settings of u-flow",
        "/settings/surprise | 7 | no setting 'surprise'",
        "/settings | null | settings is null",
        "/settings | [] | settings of u-flow must be a JSON object",
        "/preprocessing/height | 100000 | preprocessing: height and width must be at most 65536",
        "/preprocessing/height | 2147483647 | preprocessing: input 2147483647x32",
        "/preprocessing/height | -1 | preprocessing: height and width must be at least 1",
        "/preprocessing/height | \"32\" | preprocessing.height",
        "/preprocessing/height | null | preprocessing.height is null",
        "/preprocessing/mean | [0.5,0.5,null] | preprocessing.mean[2] is null",
        "/preprocessing/mean | [0.5,0.5,\"NaN\"] | preprocessing: mean must have three finite",
        "/preprocessing/std | [0.5,0.5] | preprocessing: std must have three positive",
        "/preprocessing | null | preprocessing is null",
        "/extractor | null | extractor is null",
        "/extractor | \"resnet18\" | extractor",
        "/extractor/name | null | extractor.name is null",
        "/extractor/name | \"resnet19\" | extractor",
        "/extractor/patchPca | null | extractor.patchPca is null",
        "/extractor/patchPca/scales | 100 | extractor.patchPca: scales must be 1 to 4",
        "/extractor/patchPca/filters | 2147483647 | extractor.patchPca: filters must be 1 to",
        "/model | \"v-flow\" | model: no model 'v-flow'",
        "/model | null | model is null",
        "/model | 3 | model: no model '3'",
        "/model | \"\\u001b[2Jok\" | model: no model '?[2Jok'",
        "/sur\u0007prise | 7 | sur?prise",
        "/category | null | category is null",
        "/seed | null | seed is null",
        "/seed | \"many\" | seed",
        "/seed | 1e40 | seed",
        "/segmentation | null | segmentation is null",
        "/segmentation/log10Epsilon | \"NaN\" | segmentation: log10Epsilon must be a number",
        "/segmentation/log10Epsilon | true | segmentation.log10Epsilon",
        "/segmentation/pfaBound | null | segmentation.pfaBound is null",
        "/segmentation/law | {} | segmentation.law: a region law needs at least 4",
        "/segmentation/law | {\"maxima\":[[1],[1],[1],[1],[1],[1],[1],[1],[1],[2]]} | maxima[9]",
        "/calibration/goodImages | 2147483647 | calibration: 30 images cannot promise",
        "/calibration/images | [] | calibration: a calibration must have 1 to",
        "/calibration/images | [null] | calibration: images must not be null",
        "/calibration/images/0/smallestLog10Nfa | \"NaN\" | images[0]: smallestLog10Nfa must be a",
        "/calibration/asked | null | calibration: asked is missing",
        "/calibration/asked/rate | 0 | calibration.asked: false-alarm rate must be between",
        "/calibration/asked/confidence | 2 | calibration.asked: confidence must be between",
        "/calibration/promised | \"NaN\" | calibration: 30 images cannot promise NaN",
        "/history | {} | history",
        "/history | [null] | history must have no null",
        "/history/0/until | null | history[0]: until is missing",
        "/history/0/segmentation | null | history[0]: segmentation is missing",
        "/training/images | -1 | training: images, epochs",
        "/training/learningRate | \"NaN\" | training: learningRate and weightDecay must be finite",
        "/training/epochs | 1.5 | training.epochs",
        "/training | 7 | training",
        "/surprise | 7 | surprise",
      })
  void aConfigurationOutOfBoundsIsRefusedByItsKey(String pointer, String value, String said)
      throws IOException {
    refused(with(pointer, JSON.readTree(value)), said);
  }

  @Test
  void everyPartThatIsMissingIsNamed() throws IOException {
    Map<String, String> said =
        Map.of(
            "model", "model is missing",
            "category", "category is missing",
            "extractor", "extractor is missing",
            "preprocessing", "preprocessing is missing",
            "segmentation", "segmentation is missing",
            "settings", "settings of u-flow must be a JSON object");
    for (var part : said.entrySet()) {
      ObjectNode config = config();
      config.remove(part.getKey());
      refused(config.toString(), part.getValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | it is no JSON object",
        "[] | it is no JSON object",
        "7 | it is no JSON object",
        "'' | it is no JSON object",
        "{\"seed\":NaN} | NaN",
        "{\"seed\":1,\"seed\":2} | Duplicate field 'seed'",
        "{\"seed\":1} {} | Trailing token",
        "{\"seed\":1 | cannot be read",
      })
  void whatIsNoConfigurationIsRefused(String text, String said) throws IOException {
    refused(text, said);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    refused("{\"seed\":" + "[".repeat(1_000_000), "nesting depth");
    refused("{\"seed\":" + "9".repeat(1_000_000) + "}", "cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiles | [] | input: tiles must be 1 to 16 values, got 0",
        "tiles | null | input: tiles must be 1 to 16 values, got null",
        "tiles | [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] | input: tiles must be 1 to 16 values, got 17",
        "tiles | [0.5,null] | input: each of tiles must be between 0 and 1",
        "tiles | [1e999] | input: each of tiles must be between 0 and 1",
        "tiles | [0.5,-0.2] | input: each of tiles must be between 0 and 1",
        "brightness | 1e999 | input: brightness must be between 0 and 1",
        "brightness | 1.1 | input: brightness must be between 0 and 1",
        "contrast | \"NaN\" | input: contrast must be between 0 and 0.5, got NaN",
        "entropy | -1e999 | input: entropy must be between 0 and 6",
      })
  void statisticsThatNoImageHasAreRefused(String name, String value, String said)
      throws IOException {
    ObjectNode input = JSON.createObjectNode();
    input.put("brightness", 0.5).put("contrast", 0.1).put("entropy", 3).putArray("tiles").add(0.5);
    ResignedModel.write(altered, model, with("/calibration/images/0/input", input));
    AnomalyModel.open(altered).close();
    input.put(name, "the value");
    String config = with("/calibration/images/0/input", input);
    refused(config.replace("\"the value\"", value), said);
  }

  @Test
  void settingsOfOtherKindsHaveBoundsToo() throws IOException {
    write(TinyLine.config(ModelKind.CFLOW, new CFlow(2, 8, SoftClamp.TANH, 0), 32, 32, 7));
    refused(with("/settings/codeDimensions", JSON.readTree("400000")), "at most 4096");
    refused(with("/settings/positionsByStep", JSON.readTree("2000000000")), "at most 1000000000");
    write(TinyLine.config(ModelKind.PADIM, new Padim(4, 0.01, 4), 32, 32, 7));
    refused(with("/settings/sigma", JSON.readTree("\"Infinity\"")), "sigma must be a number");
    refused(with("/settings/sigma", JSON.readTree("1e9")), "sigma must be at most 1000");
    write(TinyLine.config(ModelKind.FASTFLOW, FastFlow.RESNET18, 32, 32, 7));
    refused(with("/settings/hiddenRatio", JSON.readTree("1e6")), "hiddenRatio must be at most 64");
    refused(with("/settings/kernels", JSON.readTree("[1000001]")), "kernels[0] must be at most");
    ArrayNode many = JSON.createArrayNode();
    for (int i = 0; i < 100_000; i++) {
      many.add(3);
    }
    refused(with("/settings/kernels", many), "kernels must have at most 1000 values");
  }

  @Test
  void tensorsOfTheWrongTypeOrWithStrangeValuesAreRefusedOrOpen() throws IOException {
    Safetensors stored = Safetensors.read(model);
    String config = stored.metadata().get("flowline.config");
    for (String name : stored.tensors().keySet()) {
      StoredTensor tensor = stored.tensors().get(name);
      Map<String, StoredTensor> tensors = new LinkedHashMap<>(stored.tensors());
      float[] strange = new float[(int) tensor.elements()];
      java.util.Arrays.fill(strange, Float.NaN);
      tensors.put(name, StoredTensor.of(strange, tensor.shape()));
      ResignedModel.write(altered, stored, config, tensors);
      try {
        AnomalyModel.open(altered).close();
      } catch (IOException e) {
        assertTrue(e.getMessage().contains(altered.toString()), e.getMessage());
      }
    }
  }

  @Test
  void openingAndClosingLeavesNothingMapped() throws Exception {
    List<String> flags = List.of("-Xmx4g", "-XX:+DisableExplicitGC", "-XX:+UseSerialGC");
    var outcome = ChildJvm.run(ChildJvm.of(OpenOften.class, 0, flags, model.toString()));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("opened 700 times"), outcome.output());
  }

  /** Opens and closes a model 700 times and counts the process's mappings meanwhile. */
  static final class OpenOften {
    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[0]);
      long first = 0;
      for (int i = 0; i < 700; i++) {
        AnomalyModel.open(file).close();
        if (i == 20) {
          first = mappings();
        }
      }
      long last = mappings();
      System.out.printf("opened 700 times: %d mappings, then %d%n", first, last);
      System.exit(last > first + 50 ? 1 : 0);
    }

    private static long mappings() throws IOException {
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        return maps.count();
      }
    }
  }

  private ObjectNode config() throws IOException {
    return (ObjectNode) JSON.readTree(ResignedModel.config(model));
  }

  /** The configuration with another value at a JSON pointer. */
  private String with(String pointer, JsonNode value) throws IOException {
    ObjectNode config = config();
    int slash = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) config.at(pointer.substring(0, slash));
    parent.set(pointer.substring(slash + 1), value);
    return config.toString();
  }

  private void refused(String config, String said) throws IOException {
    ResignedModel.write(altered, model, config);
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    IOException e = assertThrows(IOException.class, () -> AnomalyModel.open(altered));
    long taken = threads.getThreadAllocatedBytes(id) - before;
    assertTrue(e.getMessage().contains(altered.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    assertTrue(taken < 100L << 20, taken + " bytes");
  }
}
