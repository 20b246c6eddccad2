package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.ChildJvm;
import dev.flowline.ForeignFiles;
import dev.flowline.extractor.Backbone;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {
  @TempDir Path folder;

  @Test
  void tellsWhatAModelFileHolds() throws IOException {
    Invocation info = Invocation.of("info", SmallLine.model().toString());
    assertEquals(0, info.exitCode(), info.err());
    for (String fact :
        List.of("u-flow", "steel", "patch-pca", "trainable parameters", "log10Epsilon")) {
      assertTrue(info.out().contains(fact), info.out());
    }
  }

  @Test
  void innerTensorsOfAnOnnxNetworkAreListed() throws IOException {
    StoredTensor weight = StoredTensor.of(new float[4 * 27], 4, 3, 3, 3);
    Path net = ForeignFiles.onnx(folder.resolve("net.onnx"), weight, 1);
    Invocation info = Invocation.of("info", "file:" + net, "--input=32x64");
    assertEquals(0, info.exitCode(), info.err());
    assertEquals(
        List.of(
            "4×16×32          Conv                 fine",
            "4×8×16           MaxPool              coarse",
            "features of your choice: --extractor file:" + net + ":NAME,NAME, finest first"),
        info.out().lines().toList());
    JsonNode json = Json.object(Invocation.of("info", "file:" + net, "--json").out());
    assertEquals("coarse", json.at("/tensors/1/name").asText());
    assertEquals(128, json.at("/tensors/0/height").asInt());
    Invocation absent = Invocation.of("info", "file:" + folder.resolve("absent.onnx"));
    assertEquals(1, absent.exitCode());
    assertTrue(absent.err().contains("no such file"), absent.err());
    assertEquals(2, Invocation.of("info", "models", "--input=64").exitCode());
  }

  @Test
  void aModelAsJsonIsOneObject() throws IOException {
    Invocation info = Invocation.of("info", SmallLine.model().toString(), "--json");
    JsonNode json = Json.object(info.out());
    assertEquals("steel", json.at("/config/category").asText());
    assertEquals(64, json.at("/config/preprocessing/height").asInt());
    Json.assertKeys(
        json.path("cost"),
        "featureShapes",
        "latentShapes",
        "extractorParameters",
        "trainableParameters",
        "extractorMacs",
        "flowMacs");
    assertTrue(json.at("/cost/flowMacs").asLong() > 0);
  }

  /**
   * The class path of the child has no natives but libflowline, which is not to be loaded either.
   */
  @Test
  void aModelIsShownWithoutNativeCode() throws Exception {
    ProcessBuilder child = ChildJvm.without(List.of("-linux-x86_64"), InfoAlone.class);
    child.environment().remove("JDK_JAVA_OPTIONS"); // its note would be in the output
    child.command().add(SmallLine.model().toString());
    ChildJvm.Outcome outcome = ChildJvm.run(child);
    assertEquals(0, outcome.exitCode(), outcome.output());
    String usual = Invocation.of("info", SmallLine.model().toString()).out();
    assertEquals(usual + "native: []\n", outcome.output());
  }

  /** Shows a model and then which native libraries of ours, or of LibTorch, the process has. */
  static final class InfoAlone {
    public static void main(String[] arguments) throws IOException {
      PrintWriter out = new PrintWriter(System.out);
      int exitCode = Flowline.run(out, new PrintWriter(System.err), "info", arguments[0]);
      List<String> loaded =
          Files.readAllLines(Path.of("/proc/self/maps")).stream()
              .map(line -> line.substring(line.lastIndexOf('/') + 1))
              .filter(name -> name.matches("lib(jni|flowline|torch|c10|openblas|opencv).*"))
              .distinct()
              .toList();
      System.out.println("native: " + loaded);
      System.exit(exitCode);
    }
  }

  @Test
  void whoMadeAModelIsShown() throws IOException {
    String text = Invocation.of("info", SmallLine.model().toString()).out();
    JsonNode json =
        Json.object(Invocation.of("info", SmallLine.model().toString(), "--json").out());
    JsonNode made = json.at("/config/provenance/created");
    Json.assertKeys(made, "command", "flowline", "date", "dataset", "options", "images");
    assertEquals("data", made.path("dataset").asText());
    assertEquals("2026-11-18T11:06:40Z", made.path("date").asText());
    assertEquals("3", made.at("/options/epochs").asText());
    Json.assertKeys(made.path("images"), "learned", "validation", "calibration");
    assertEquals(10, made.at("/images/learned").size());
    for (String fact :
        List.of(
            "2026-11-18T11:06:40Z, by train of Flowline " + made.path("flowline").asText(),
            "folder data",
            "10 learned from, 4 for validation, 2 for calibration",
            "epochs=3 batch=4 lr=0.001",
            json.path("digest").asText())) {
      assertTrue(text.contains(fact), fact + " in " + text);
    }
    Path old = folder.resolve("old.flowline");
    try (AnomalyModel model = AnomalyModel.open(SmallLine.model())) {
      model.save(old, model.config().withProvenance(null));
    }
    assertTrue(Invocation.of("info", old.toString()).out().contains("not recorded"));
  }

  /** Where the data lay is nobody else's matter. */
  @Test
  void noPathOfTheMachineIsInTheFile() throws IOException {
    String file = Files.readString(SmallLine.model(), StandardCharsets.ISO_8859_1);
    String header = file.substring(0, file.indexOf("flowline.sha256"));
    for (Path path : SmallLine.data().toAbsolutePath()) {
      boolean telling = !path.toString().equals("data") && path.toString().length() > 3;
      assertFalse(telling && header.contains(path.toString()), path.toString());
    }
    assertFalse(header.contains(System.getProperty("user.dir")));
  }

  @Test
  void tensorsOfAnotherModelAreOneLine() throws IOException {
    Safetensors stored = Safetensors.read(SmallLine.model());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(stored.tensors());
    tensors.put("stranger", StoredTensor.of(new float[2], 2));
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    String config = metadata.get("flowline.config");
    metadata.put(ContentDigest.KEY, ContentDigest.of(config, tensors));
    Path other = folder.resolve("other.flowline");
    new Safetensors(metadata, tensors).write(other);
    Invocation info = Invocation.of("info", other.toString());
    assertEquals(1, info.exitCode());
    assertEquals(1, info.err().strip().lines().count(), info.err());
    assertTrue(info.err().contains(other + " is no consistent model"), info.err());
    assertTrue(info.err().contains("stranger"), info.err());
  }

  @Test
  void extractorsNameThePublicFilesToDownload() throws IOException {
    Invocation text = Invocation.of("info", "extractors");
    Invocation json = Invocation.of("info", "extractors", "--json");
    JsonNode rows = Json.object(json.out()).path("extractors");
    assertEquals(Backbone.values().length, rows.size());
    for (Backbone backbone : Backbone.values()) {
      assertTrue(text.out().contains(backbone.id()), text.out());
      for (Backbone.PublishedFile file : backbone.files()) {
        assertTrue(text.out().contains(file.name()), file.name());
        assertTrue(json.out().contains(file.name()), file.name());
      }
    }
  }

  @Test
  void extractorsAreCounted() throws IOException {
    JsonNode rows =
        Json.object(Invocation.of("info", "extractors", "--json").out()).path("extractors");
    for (JsonNode row : rows) {
      assertTrue(row.path("parameters").asLong() > 0, row.toString());
      assertTrue(row.path("macs").asLong() > 0, row.toString());
      assertEquals(row.path("strides").size(), row.path("features").size(), row.toString());
      if (row.path("name").asText().equals("efficientnet-b5-block35")) {
        assertEquals("[[304,24,24]]", row.path("features").toString());
        assertEquals("[\"efficientnet-b5\"]", row.path("networks").toString());
      }
    }
    assertTrue(Invocation.of("info", "extractors").out().contains("304×24×24, 304×12×12, 304×6×6"));
  }

  @Test
  void modelsAreListed() throws IOException {
    assertTrue(Invocation.of("info", "models").out().contains("u-flow"));
    JsonNode rows = Json.object(Invocation.of("info", "models", "--json").out()).path("models");
    assertEquals("u-flow", rows.get(0).path("name").asText());
  }

  @Test
  void aReconstructionIsNamedSo() {
    String models = Invocation.of("info", "models").out();
    assertTrue(models.contains("ms-flow (reconstructed)"), models);
    assertTrue(models.contains("cl-flow (reconstructed)"), models);
    assertTrue(models.contains("fastFlow (steps 8, kernels [3,1]"), models);
    assertTrue(Invocation.of("info", "models", "--table").out().contains("(reconstructed)"));
  }

  @Test
  void theTableIsAListOfComputedBesidePublished() throws IOException {
    JsonNode rows =
        new ObjectMapper().readTree(Invocation.of("info", "models", "--table", "--json").out());
    assertTrue(rows.isArray());
    Map<String, Long> parameters = new LinkedHashMap<>();
    for (JsonNode row : rows) {
      Json.assertKeys(
          row, "model", "setting", "parameters", "macs", "publishedParameters", "publishedMacs");
      parameters.put(
          row.path("model").asText() + " " + row.path("setting").asText(),
          row.path("parameters").asLong());
    }
    assertEquals(12_216_480, parameters.get("u-flow MS-CaiT"));
    assertEquals(275_227_200, parameters.get("cs-flow EfficientNet-B5 at 768, 384, 192"), 500);
    String text = Invocation.of("info", "models", "--table").out();
    assertEquals(rows.size() + 1, text.lines().count(), text);
    Invocation wrong = Invocation.of("info", "extractors", "--table");
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.err().contains("--table goes with 'info models'"), wrong.err());
  }

  @Test
  void whatIsNoModelFailsInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.flowline"), "no model at all, just text");
    for (String subject : List.of(folder.resolve("absent").toString(), text.toString())) {
      Invocation info = Invocation.of("info", subject);
      assertEquals(1, info.exitCode());
      assertEquals("", info.out());
      assertEquals(1, info.err().strip().lines().count(), info.err());
      assertTrue(info.err().contains(subject), info.err());
    }
  }
}
