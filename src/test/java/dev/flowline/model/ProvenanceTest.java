package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvenanceTest {
  private static final int SIZE = 32;

  @TempDir Path folder;
  private Path file;
  private ModelConfig config;

  @BeforeEach
  void writeAModel() throws IOException {
    file = folder.resolve("fabric.flowline");
    config = TinyLine.config(SIZE, SIZE, 7).withProvenance(made(3));
    save(config);
  }

  private void save(ModelConfig as) throws IOException {
    try (AnomalyModel model = AnomalyModel.create(as, TinyLine.drawnExtractor(as))) {
      model.save(file);
    }
  }

  private static String digest(int number) {
    return "%032x".formatted(number);
  }

  private static Provenance made(int images) {
    List<String> learned = IntStream.range(0, images).mapToObj(ProvenanceTest::digest).toList();
    return new Provenance(
        new Provenance.Creation(
            "train",
            "1.2.3",
            "2026-11-29T10:00:00Z",
            "parts",
            List.of(new Provenance.SourceFile("net.pth", "ab".repeat(32))),
            Map.of("epochs", "3"),
            new Provenance.TrainingImages(
                learned, List.of(digest(1000)), List.of(digest(1001), digest(1002)))));
  }

  @Test
  void itComesBackFromTheFile() throws IOException {
    assertEquals(config, ModelFile.read(file).config());
    assertEquals(config.provenance(), ModelFile.read(file).config().provenance());
  }

  @Test
  void whatTheWeightsDependOnIsTrainedOnAndTheRestIsUsed() {
    Provenance since = Provenance.calibrated(made(1), Instant.EPOCH, List.of(digest(2000)));
    assertEquals(Set.of(digest(0), digest(1000)), since.trainedOn());
    assertEquals(
        Set.of(digest(0), digest(1000), digest(1001), digest(1002), digest(2000)), since.used());
    assertTrue(since.isOfKnownImages());
    Provenance unknown = Provenance.calibrated(null, Instant.EPOCH, List.of(digest(2000)));
    assertFalse(unknown.isOfKnownImages());
    assertEquals(Set.of(), unknown.trainedOn());
    assertEquals(Set.of(digest(2000)), unknown.used());
  }

  @Test
  void tenThousandImagesTakeLessThanAMegabyte() throws IOException {
    long before = Files.size(file);
    save(config.withProvenance(made(10_000)));
    long bytes = Files.size(file) - before;
    assertTrue(bytes < 400_000, bytes + " bytes");
  }

  /** What follows the key {@code provenance} in a file that is signed with its right digest. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "[]",
        "\"who\"",
        "{\"created\":7}",
        "{\"created\":[]}",
        "{\"created\":{}}",
        "{\"calibrated\":[null]}",
        "{\"calibrated\":{}}",
        "{\"calibrated\":[{\"flowline\":\"1\",\"date\":\"2026-01-01T00:00:00Z\"}]}",
        "{\"calibrated\":[{\"flowline\":\"1\",\"date\":\"yesterday\",\"images\":[]}]}",
        "{\"calibrated\":[{\"flowline\":\"1\",\"date\":null,\"images\":[]}]}",
        "{\"stranger\":1}",
        "CREATED: \"command\":null",
        "CREATED: \"command\":\"\"",
        "CREATED: \"command\":\"HUGE\"",
        "CREATED: \"command\":{}",
        "CREATED: \"flowline\":\"1\\n2\"",
        "CREATED: \"flowline\":\"\\u001b[2J\"",
        "CREATED: \"flowline\":\"\\u202egood\"",
        "CREATED: \"date\":5",
        "CREATED: \"date\":\"2026-13-01T00:00:00Z\"",
        "CREATED: \"weights\":[null]",
        "CREATED: \"weights\":[{\"file\":\"a\",\"sha256\":\"xyz\"}]",
        "CREATED: \"weights\":\"a\"",
        "CREATED: \"options\":{\"epochs\":null}",
        "CREATED: \"options\":{\"\":\"1\"}",
        "CREATED: \"options\":[1]",
        "CREATED: \"images\":{}",
        "CREATED: \"images\":{\"learned\":null,\"validation\":[],\"calibration\":[]}",
        "CREATED: \"images\":{\"learned\":[null],\"validation\":[],\"calibration\":[]}",
        "CREATED: \"images\":{\"learned\":[\"abc\"],\"validation\":[],\"calibration\":[]}",
        "CREATED: \"images\":{\"learned\":5,\"validation\":[],\"calibration\":[]}",
        "DEEP",
      })
  void whateverIsWrongWithItIsOneLineThatNamesTheFile(String provenance) throws IOException {
    Safetensors stored = Safetensors.read(file);
    String text = stored.metadata().get("flowline.config");
    int at = text.indexOf("\"provenance\":") + "\"provenance\":".length();
    String signed = text.substring(0, at) + expanded(provenance) + "}";
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    metadata.put("flowline.config", signed);
    metadata.put(ContentDigest.KEY, ContentDigest.of(signed, stored.tensors()));
    Path forged = folder.resolve("forged.flowline");
    new Safetensors(metadata, stored.tensors()).write(forged);
    for (var open : List.<Opening>of(ModelFile::read, AnomalyModel::open)) {
      IOException e = assertThrows(IOException.class, () -> open.of(forged));
      assertTrue(e.getMessage().contains(forged.toString()), e.getMessage());
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      assertTrue(e.getMessage().length() < 1000, e.getMessage());
    }
  }

  private interface Opening {
    Object of(Path file) throws IOException;
  }

  /** A later key takes the place of an earlier one. */
  private static String expanded(String provenance) {
    if (provenance.equals("DEEP")) {
      return "[".repeat(5000) + "]".repeat(5000);
    }
    return provenance.startsWith("CREATED: ")
        ? ("{\"created\":{\"command\":\"train\",\"flowline\":\"1\",\"date\":\"2026-01-01T00:00:00Z\","
                + provenance.substring("CREATED: ".length())
                + "}}")
            .replace("HUGE", "x".repeat(1_000_000))
        : provenance;
  }

  /** As {@code sort | sha256sum} prints it of the digests, a line each. */
  @Test
  void allTrainingImagesHaveOneDigest() {
    Provenance.TrainingImages images =
        new Provenance.TrainingImages(
            List.of("2".repeat(32), "1".repeat(32)), List.of("a".repeat(32)), List.of());
    assertEquals(3, images.count());
    assertEquals(
        "fd9726ad8e1d4a981cef5b322279a2b9a79b010aa9d22c6d1c397bd08031da70", images.sha256());
    assertEquals(
        images.sha256(),
        new Provenance.TrainingImages(
                List.of("1".repeat(32)), List.of(), List.of("a".repeat(32), "2".repeat(32)))
            .sha256(),
        "what each was for does not matter");
  }
}
