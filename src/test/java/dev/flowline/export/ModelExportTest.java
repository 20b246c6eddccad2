package dev.flowline.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.flowline.ProtoMessage;
import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.ProgramPolicy;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exported file says beside its network, and that its answers are checked. */
class ModelExportTest {
  private static final PathProgress QUIET = (path, done, total) -> {};
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCHEMA = Path.of("docs/onnx.schema.json");

  private static AnomalyModel model;
  private static ModelExport export;

  @TempDir private Path folder;

  @BeforeAll
  static void exports() throws IOException {
    ModelConfig untested =
        TinyLine.config(ModelKind.U_FLOW, new UFlow(2, SoftClamp.TANH), 48, 64, 3);
    SegmentationOptions test =
        untested.segmentation().withLaw(law().ofMaps(12, 16)).withLog10Epsilon(-0.5);
    ModelConfig config = untested.withSegmentation(test, calibration());
    model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    export = ModelExport.of(model, GoldenPictures.patterns(48, 64), "x.onnx.data");
  }

  @AfterAll
  static void closes() {
    model.close();
  }

  private static RegionLaw law() {
    List<float[]> maxima = new ArrayList<>();
    for (int i = 0; i < RegionLaw.LEAST_IMAGES; i++) {
      maxima.add(new float[] {0.5f + 0.01f * i, 0.4f, 0.3f, 0.2f});
    }
    return new RegionLaw(maxima);
  }

  private static Calibration calibration() {
    InputStatistics input = new InputStatistics(0.5, 0.1, 3, Collections.nCopies(16, 0.5), 0.1);
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      images.add(new CalibrationImage(i - 0.5, List.of(1.0, 2.0), input));
    }
    return Calibration.of(images, new FalseAlarmRate(0.05, null));
  }

  @Test
  void theManifestIsReadAsItWasWritten() throws IOException {
    ModelExport read = ModelExport.read(export.file().model());
    assertEquals(export.manifest().toJson(), read.manifest().toJson());
    assertEquals(export.manifest().golden(), read.manifest().golden());
    for (int i = 0; i < read.images().size(); i++) {
      assertEquals(export.images().get(i).bits(), read.images().get(i).bits());
      assertEquals(export.images().get(i).channels(), read.images().get(i).channels());
    }
    List<GoldenAnswer> answers = Verification.expected(model, read.images(), QUIET);
    assertEquals(ExpectedAnswer.ofGolden(read.images(), answers), read.expected());
  }

  @Test
  void theManifestHasWhatDecides() throws IOException {
    JsonNode json = JSON.readTree(export.manifest().toJson());
    assertEquals(Set.of(), complaints(json));
    assertEquals(1, json.path("schema").asInt());
    assertEquals(48, json.at("/input/height").asInt());
    assertEquals(0.485, json.at("/input/mean/0").asDouble());
    assertEquals("latents_1", json.at("/outputs/latents/1/name").asText());
    assertEquals(-0.5, json.at("/test/log10Epsilon").asDouble());
    assertEquals(0.4f, (float) json.at("/test/law/maxima/9/1").asDouble());
    assertEquals(30, json.at("/calibration/goodImages").asInt());
    assertEquals(-0.5, json.at("/calibration/images/0/smallestLog10Nfa").asDouble());
    assertEquals(3, json.path("golden").size());
    assertTrue(json.at("/golden/0/expected/regions").size() > 0, "no region to compare");
  }

  /** The schema knows each field and no other. */
  @Test
  void theSchemaRefusesWhatIsNoManifest() throws IOException {
    for (String required : List.of("schema", "input", "outputs", "test", "golden")) {
      ObjectNode json = (ObjectNode) JSON.readTree(export.manifest().toJson());
      json.remove(required);
      assertEquals(1, complaints(json).size(), required);
    }
    ObjectNode json = (ObjectNode) JSON.readTree(export.manifest().toJson());
    json.put("told", true);
    ((ObjectNode) json.path("input")).put("filter", "NEAREST").put("bits", 17);
    ((ObjectNode) json.at("/golden/0/expected")).put("verdict", "PERHAPS");
    assertEquals(4, complaints(json).size(), complaints(json).toString());
  }

  /** As {@code flowline_model_save} writes it after a recalibration. */
  @Test
  void aRecalibratedManifestIsRead() throws IOException {
    String when = "2026-11-30T15:49:02Z";
    ObjectNode json = (ObjectNode) JSON.readTree(export.manifest().toJson());
    json.put("recalibrated", when);
    assertEquals(Set.of(), complaints(json));
    assertEquals(when, ExportManifest.fromJson(json.toString()).recalibrated());
    json.put("recalibrated", "today");
    assertEquals(1, complaints(json).size(), complaints(json).toString());
  }

  /** Infinite numbers are texts, and no other texts are numbers. */
  @Test
  void theSchemaTakesInfiniteNumbersAndNoOtherTexts() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(export.manifest().toJson());
    ((ObjectNode) json.path("test")).put("log10Epsilon", Double.NEGATIVE_INFINITY);
    assertEquals(Set.of(), complaints(JSON.readTree(json.toString())));
    ((ObjectNode) json.path("test")).put("log10Epsilon", "low");
    assertFalse(complaints(json).isEmpty(), "a threshold of letters");
  }

  private static Set<String> complaints(JsonNode json) throws IOException {
    SchemaValidatorsConfig strict =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    JsonSchema schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(SCHEMA), strict);
    Set<String> complaints = new HashSet<>();
    schema.validate(json).forEach(message -> complaints.add(message.getMessage()));
    return complaints;
  }

  @Test
  void whatIsNoExportedFileIsOneClearError() {
    String json = export.manifest().toJson();
    assertFault(
        "it says nothing of a model: no file of 'flowline export'",
        new ProtoMessage().number(1, 7));
    assertFault(
        "its schema is 2, and this Flowline reads 1: use the one that exported it, 9.9",
        saying("{\"schema\":2,\"flowline\":\"9.9\"}"));
    assertFault("what it says of the model cannot be read", saying("{\"schema\":1,\"input\":3}"));
    assertFault("what it says of the model cannot be read", saying("{"));
    assertFault("the golden image waves is not in it", saying(json));
    ProtoMessage text = entry("flowline.golden.0", "no Base64!");
    assertFault("the golden image waves: ", saying(json).message(14, text));
    ProtoMessage empty = entry("flowline.golden.0", "AAAA");
    assertFault("the golden image waves: ", saying(json).message(14, empty));
  }

  private static ProtoMessage saying(String json) {
    return new ProtoMessage().message(14, entry("flowline", json));
  }

  private static ProtoMessage entry(String key, String value) {
    return new ProtoMessage().text(1, key).text(2, value);
  }

  private static void assertFault(String message, ProtoMessage file) {
    var e = assertThrows(IOException.class, () -> ModelExport.read(ByteBuffer.wrap(file.bytes())));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void everyPathGivesTheAnswersOfTheModel() throws IOException {
    Verification result = verify(export.file().model());
    assertTrue(result.passed(), result.toString());
    assertEquals(12, result.paths().size(), result.toString());
    assertEquals(
        4, result.paths().stream().filter(p -> p.path().startsWith("libflowline_inspect")).count());
    assertEquals(
        List.of("libtorch on cuda:0"),
        result.notThere().stream().map(why -> why.substring(0, why.indexOf(": "))).toList());
    assertEquals(2, result.others().size());
    assertTrue(result.others().stream().allMatch(PathResult::passed), result.toString());
  }

  /** A weight that is another one is found, whatever it does to the verdicts. */
  @Test
  void aFileThatDecidesOtherwiseDoesNotPass() throws IOException {
    byte[] bytes = new byte[export.file().model().remaining()];
    export.file().model().duplicate().get(bytes);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int weight = bytes.length - 4000; // within the values of a tensor
    for (int at = weight; at < weight + 400; at += 4) {
      file.putFloat(at, file.getFloat(at) * 8);
    }
    Verification result = verify(file);
    assertFalse(result.passed());
    assertTrue(result.paths().get(0).passed(), "LibTorch does not read the file");
    for (PathResult path : result.paths().subList(4, 12)) {
      assertFalse(path.passed(), path.toString());
    }
    assertFalse(result.others().get(0).passed(), result.others().toString());
  }

  /** A path whose latents are NaN has failed, and the others are taken all the same. */
  @Test
  void aPathThatCannotJudgeIsNamed() throws IOException {
    byte[] bytes = new byte[export.file().model().remaining()];
    export.file().model().duplicate().get(bytes);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int weight = bytes.length - 4000; // within the values of a tensor
    for (int at = weight; at < weight + 400; at += 4) {
      file.putFloat(at, Float.NaN);
    }
    Verification result = verify(file);
    assertEquals(12, result.paths().size());
    for (PathResult path : result.paths().subList(4, 12)) {
      assertTrue(path.faults().get(0).contains("not finite"), path.toString());
      assertEquals(path.images(), path.verdictsThatDiffer());
    }
    String fault = result.fault().orElseThrow();
    assertTrue(fault.startsWith("onnxruntime "), fault);
    assertTrue(fault.contains(", 1 thread, batch 1: "), fault);
    assertEquals(1, fault.lines().count(), fault);
  }

  /** What a model answered when it was made is in its file, and holds for what it answers now. */
  @Test
  void answersAreNotedInTheModelFile() throws IOException {
    Path file = folder.resolve("noted.flowline");
    model.save(file, model.config(), NotedAnswers.of(model, model.config()));
    try (AnomalyModel opened = AnomalyModel.open(file)) {
      List<GoldenAnswer> wanted = export.expected().stream().map(ExpectedAnswer::answer).toList();
      assertEquals(Optional.of(wanted), NotedAnswers.read(opened, file));
    }
    try (AnomalyModel scaled = AnomalyModel.open(file, ProgramPolicy.REFUSE, 12)) {
      assertEquals(Optional.empty(), NotedAnswers.read(scaled, file));
    }
    model.save(file, model.config(), null);
    try (AnomalyModel without = AnomalyModel.open(file)) {
      assertEquals(Optional.empty(), NotedAnswers.read(without, file));
    }
    for (String wrong : List.of("[]", "{", "null", "[null, null, null]", "[1]")) {
      model.save(file, model.config(), wrong);
      try (AnomalyModel opened = AnomalyModel.open(file)) {
        var e = assertThrows(IOException.class, () -> NotedAnswers.read(opened, file));
        assertTrue(e.getMessage().startsWith(file + " notes answers"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  private Verification verify(ByteBuffer file) throws IOException {
    return Verification.of(
        model, new Verification.ExportedBytes(file, folder), null, export.expected(), QUIET);
  }

  @Test
  void goldenImagesOfTheUsersOwnAreTheFirstOfAFolder() throws IOException {
    for (int i = 0; i < GoldenPictures.MOST + 1; i++) {
      Image image = TinyLine.good(i, 20, 30 + i);
      Images.writePng(folder.resolve("%02d.png".formatted(i)), image);
    }
    Map<String, Image> pictures = GoldenPictures.first(folder);
    assertEquals(GoldenPictures.MOST, pictures.size());
    assertEquals(37, pictures.get("07.png").width());
    assertEquals(GoldenPictures.MOST + 1, GoldenPictures.all(folder).size());
  }

  /** Patterns take little room in a file, and every way through preprocessing. */
  @Test
  void patternsAreSmallAndDiffer() throws IOException {
    Set<String> kinds = new HashSet<>();
    for (Image pattern : GoldenPictures.patterns(448, 448).values()) {
      kinds.add(pattern.bits() + " bits, " + pattern.channels() + " channels");
      int bytes = Images.encode(".png", pattern).length;
      assertTrue(bytes < 200_000, bytes + " bytes");
    }
    assertEquals(Set.of("8 bits, 3 channels", "16 bits, 1 channels", "8 bits, 1 channels"), kinds);
  }
}
