package dev.flowline.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.flowline.internal.LibFlowline;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.NativeFrame;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.ProgramPolicy;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    List<String> names = List.of("waves", "ramp", "mark", "dusk");
    assertEquals(ExpectedAnswer.ofGolden(names, read.images(), answers), read.expected());
    assertEquals("golden image mark", read.expected().get(2).name());
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
    assertEquals(4, json.path("golden").size());
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

  /** The manifest of {@code flowline_model_save} after a recalibration has one member more. */
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
      assertFalse(path.hasJudged());
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

  /** Files of older versions note answers about three patterns. */
  @Test
  void threeNotedAnswersHoldToo() throws IOException {
    ArrayNode noted = (ArrayNode) JSON.readTree(NotedAnswers.of(model, model.config()));
    noted.remove(3);
    Path file = folder.resolve("older.flowline");
    model.save(file, model.config(), noted.toString());
    try (AnomalyModel opened = AnomalyModel.open(file)) {
      List<GoldenAnswer> wanted = export.expected().stream().map(ExpectedAnswer::answer).toList();
      assertEquals(Optional.of(wanted.subList(0, 3)), NotedAnswers.read(opened, file));
    }
  }

  /**
   * The numbers of red and blue are exchanged in the metadata: libflowline_inspect makes the input
   * as of an image of BGR. Golden images that are all as strange as can be do not show that by
   * their answers, so the input itself is compared.
   */
  @Test
  void aFileThatPreprocessesOtherwiseDoesNotPass() throws IOException {
    ByteBuffer exchanged = with("\"mean\":[0.485,0.456,0.406]", "\"mean\":[0.406,0.456,0.485]");
    assertOtherInput(verify(exchanged), "golden image waves", "golden image dusk");
  }

  private static void assertOtherInput(Verification result, String... images) {
    assertFalse(result.passed());
    for (PathResult path : result.paths()) {
      boolean reads = path.path().startsWith("libflowline_inspect by");
      for (String image : images) {
        String fault = image + " is preprocessed otherwise than by the model";
        assertEquals(reads, path.faults().contains(fault), path.toString());
      }
    }
  }

  /** A program that gives its frames in another order of colours is found out. */
  @Test
  void framesOfAnotherOrderOfColoursAreAnotherInput() throws IOException {
    Path file = folder.resolve("part.onnx");
    export.file().writeModel(file);
    Image waves = export.images().get(0);
    try (NativeModel opened = new NativeModel(file, model.config().preprocessing(), 1, 1);
        NativeFrame frame = new NativeFrame()) {
      assertTrue(opened.makesInputOf(waves, frame.of(waves)));
      assertFalse(
          opened.makesInputOf(waves, frame.of(waves).format(LibFlowline.FLOWLINE_FRAME_BGR8)));
      byte[] samples = waves.samples8().clone();
      samples[samples.length / 2] ^= (byte) 0x80; // one pixel of another colour
      Image other = Image.of8(waves.height(), waves.width(), 3, samples);
      assertFalse(opened.makesInputOf(waves, frame.of(other)));
    }
  }

  /** The label has the engine that libflowline_inspect found, whichever Java uses. */
  @Test
  void theEngineIsTheOneThatTheLibraryNames() throws IOException {
    Path file = folder.resolve("part.onnx");
    export.file().writeModel(file);
    try (NativeModel opened = new NativeModel(file, model.config().preprocessing(), 2, 1)) {
      String engine = opened.engine();
      assertTrue(engine.matches("ONNX Runtime \\d+\\.\\d+\\.\\d+"), engine);
      String path = "libflowline_inspect by " + engine + ", 2 threads, batch 1";
      Verification result = verify(export.file().model());
      assertTrue(result.paths().stream().anyMatch(p -> p.path().equals(path)), result.toString());
    }
  }

  /** A file that the C library does not read is none to hand on, whatever ONNX Runtime says. */
  @Test
  void aFileThatLibflowlineRefusesDoesNotPass() throws IOException {
    Verification result = verify(with("\"schema\":1", "\"schema\":2"));
    assertFalse(result.passed());
    assertEquals(12, result.paths().size());
    for (PathResult path : result.paths().subList(8, 12)) {
      assertTrue(path.path().startsWith("libflowline_inspect, "), path.path());
      assertTrue(
          path.faults().get(0).startsWith("it refuses the exported file: "), path.toString());
    }
    assertEquals(1, result.notThere().size(), result.notThere().toString());
  }

  /** The file may be on a disk that nobody writes. */
  @Test
  void nothingIsWrittenBesideTheFile() throws IOException {
    Path file = folder.resolve("part.onnx");
    export.file().writeModel(file);
    Set<Set<String>> seen = new HashSet<>();
    Verification.of(
        model,
        new Verification.ExportedFile(file, export.file().model()),
        null,
        export.expected(),
        (path, done, total) -> seen.add(names(folder)));
    assertEquals(Set.of(Set.of("part.onnx")), seen);
  }

  private static Set<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of the exported file with another text in its metadata, which is as long. */
  private static ByteBuffer with(String text, String other) {
    assertEquals(text.length(), other.length());
    byte[] bytes = new byte[export.file().model().remaining()];
    export.file().model().duplicate().get(bytes);
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(all.contains(text), text);
    return ByteBuffer.wrap(all.replace(text, other).getBytes(StandardCharsets.ISO_8859_1));
  }

  private Verification verify(ByteBuffer file) throws IOException {
    Path named = folder.resolve("verified.onnx");
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    Files.write(named, bytes);
    return Verification.of(
        model, new Verification.ExportedFile(named, file), null, export.expected(), QUIET);
  }

  /** Folders are kinds of parts: each has its turn. */
  @Test
  void goldenImagesAreOfEachKind() throws IOException {
    for (String kind : List.of("dent", "good", "scratch")) {
      Files.createDirectory(folder.resolve(kind));
      for (int i = 0; i < (kind.equals("scratch") ? 1 : GoldenPictures.MOST); i++) {
        Images.writePng(folder.resolve(kind).resolve("0" + i + ".png"), TinyLine.good(i, 20, 30));
      }
    }
    assertEquals(
        List.of(
            "dent/00.png",
            "good/00.png",
            "scratch/00.png",
            "dent/01.png",
            "good/01.png",
            "dent/02.png",
            "good/02.png",
            "dent/03.png"),
        List.copyOf(GoldenPictures.first(folder).keySet()));
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
