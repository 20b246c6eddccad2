package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.io.ContentDigest;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each inspection says of what its model was made. */
class ModelRecordTest {
  @TempDir Path folder;

  @Test
  void eachInspectionNamesImagesWeightsAndOptionsOfItsModel() throws IOException {
    Path file = folder.resolve("weights.flowline");
    try (AnomalyModel model = AnomalyModel.open(SmallLine.model())) {
      ModelConfig config = model.config();
      Provenance.Creation made = config.provenance().created();
      Provenance.SourceFile weights = new Provenance.SourceFile("net.pth", "ab".repeat(32));
      model.save(
          file,
          config.withProvenance(
              new Provenance(
                  new Provenance.Creation(
                      made.command(),
                      made.flowline(),
                      made.date(),
                      made.dataset(),
                      List.of(weights),
                      made.options(),
                      made.images()))));
    }
    JsonNode model = inspect(file).path("model");
    JsonNode info = Json.object(Invocation.of("info", file.toString(), "--json").out());
    TreeSet<String> digests = new TreeSet<>();
    for (JsonNode use : info.at("/config/provenance/created/images")) {
      use.forEach(digest -> digests.add(digest.asText()));
    }
    assertEquals(16, digests.size(), "different images");
    String lines = String.join("\n", digests) + "\n";
    assertEquals(
        ContentDigest.of(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8))),
        model.at("/trainingImages/sha256").asText());
    assertEquals(16, model.at("/trainingImages/count").asInt());
    assertEquals("net.pth", model.at("/weights/0/file").asText());
    assertEquals("ab".repeat(32), model.at("/weights/0/sha256").asText());
    assertEquals("u-flow", model.at("/options/model").asText());
    assertTrue(model.at("/options/settings").asText().contains("steps 2"), model.toString());
    assertEquals("patch-pca", model.at("/options/extractor").asText());
    assertEquals(SmallLine.SIZE, model.at("/options/height").asInt());
    String training = model.at("/options/training").asText();
    info.at("/config/provenance/created/options")
        .fields()
        .forEachRemaining(
            option -> {
              String shown = option.getKey() + "=" + option.getValue().asText();
              assertTrue(List.of(training.split(" ")).contains(shown), training);
            });
    assertTrue(training.startsWith("seed="), training);
    assertTrue(model.toString().length() < 1000, "small, however many images there are");
    String shown = Invocation.of("info", file.toString()).out();
    assertTrue(shown.contains(model.at("/trainingImages/sha256").asText()), shown);
  }

  @Test
  void theBitsThatImagesWereTakenToHaveAreInTheRecord() throws IOException {
    assertEquals(12, inspect(SmallLine.model(), "--bits=12").at("/model/options/bits").asInt());
    assertFalse(inspect(SmallLine.model()).at("/model/options").has("bits"));
  }

  private static JsonNode inspect(Path model, String... more) throws IOException {
    Path image = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("test/good/000.png");
    String[] arguments = {"inspect", model.toString(), image.toString(), "--threads=1"};
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    Invocation inspect = Invocation.of(all);
    assertEquals(0, inspect.exitCode(), inspect.err());
    return Json.lines(inspect.out()).get(0);
  }
}
