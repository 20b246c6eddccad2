package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.ForeignFiles;
import dev.flowline.extractor.Backbone;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
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
