package dev.flowline.line;

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
import dev.flowline.calibration.InputStatistic;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.engine.EngineInfo;
import dev.flowline.io.ImageNote;
import dev.flowline.model.Provenance;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCHEMA = Path.of("docs/inspection.schema.json");

  private static Inspection defect() {
    return new Inspection(
        UUID.fromString("0b2b7a4e-8f0c-4c55-8a53-0d6a2f1f9f11"),
        "gear/0001",
        Instant.parse("2026-11-29T10:15:30.123456Z"),
        Verdict.DEFECT,
        null,
        null,
        new Statistic(Statistic.LOG10_NFA, -12.25, -0.5),
        0.0625,
        0.875,
        List.of(new Region(3, 4, 10, 6, 31, 7.5, 6.25, 8, 6, -12.25, "seal")),
        List.of(new OutOfRange(InputStatistic.BRIGHTNESS, 0.01, 0.1, 0.75)),
        new InspectedView("d".repeat(64), true),
        new StageTimings(3, 1, 20, 15, 0.5),
        new LineFacts(7, Instant.parse("2026-11-29T10:15:30Z"), 50.0, 2.5, 42.25, 4),
        "a".repeat(64),
        new ModelSummary(
            "gear",
            "1.2.3",
            "2026-11-28T09:00:00Z",
            new ModelSummary.TrainingDigest(209, "b".repeat(64)),
            List.of(new Provenance.SourceFile("resnet18.pth", "c".repeat(64))),
            new ModelSummary.Options(
                "u-flow", "steps 4", "resnet18", 448, 320, 12, "seed=0 epochs=20")),
        new EngineInfo("libtorch", "2.10.0"),
        true,
        Set.of(ImageNote.ORIENTATION, ImageNote.AT_MOST_12_BITS));
  }

  /** A part with every field that there is. */
  private static Inspection undecided() {
    Inspection defect = defect();
    return new Inspection(
        defect.id(),
        defect.partId(),
        defect.createdAt(),
        Verdict.UNDECIDED,
        UndecidedReason.SYNTHETIC_REPEATABILITY,
        null,
        Statistic.ofLog10Nfa(-0.75, -0.5, new GuardBand(0.5, 0.25)),
        defect.pValue(),
        defect.anomalyScore(),
        defect.regions(),
        defect.outOfRange(),
        defect.fieldOfView(),
        defect.timingsMillis(),
        defect.line(),
        defect.modelDigest(),
        defect.model(),
        defect.engine(),
        defect.simulated(),
        defect.notes());
  }

  @Test
  void sayWhyAPartIsUndecided() throws IOException {
    JsonNode json = JSON.readTree(undecided().toJson());
    assertEquals(Set.of(), complaints(json));
    assertEquals("UNDECIDED", json.path("verdict").asText());
    assertEquals("SYNTHETIC_REPEATABILITY", json.path("undecided").asText());
    assertEquals(-1.0, json.at("/statistic/defectBelow").asDouble());
    assertEquals(-0.25, json.at("/statistic/goodFrom").asDouble());
    assertEquals(-0.25, undecided().statistic().regionsBelow(Verdict.UNDECIDED));
    assertEquals(-0.5, undecided().statistic().regionsBelow(Verdict.DEFECT));
    JsonNode without = JSON.readTree(defect().toJson());
    assertFalse(without.has("undecided"));
    assertEquals(3, without.path("statistic").size());
    String[] wrong = {
      undecided().toJson().replace("\"UNDECIDED\"", "\"GOOD\""),
      defect().toJson().replace("\"DEFECT\"", "\"UNDECIDED\"")
    };
    for (String text : wrong) {
      var e = assertThrows(IllegalArgumentException.class, () -> Inspection.fromJson(text));
      assertTrue(e.getMessage().contains("undecided must say why"), e.getMessage());
    }
  }

  /** A part that nothing was judged about. */
  private static Inspection unjudged(Verdict verdict, UndecidedReason undecided, String failure) {
    return new Inspection(
        UUID.randomUUID(),
        "gear/0002",
        Instant.EPOCH,
        verdict,
        undecided,
        failure,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        new StageTimings(0, 0, 0, 0, 0),
        new LineFacts(1, Instant.EPOCH, null, null, 3.5, 0),
        null,
        null,
        new EngineInfo("libtorch", "2.10.0"),
        false,
        Set.of());
  }

  @Test
  void aPartThatNothingWasJudgedAboutHasNoStatistic() throws IOException {
    Inspection failed = unjudged(Verdict.FAILED, null, "the frame is cut short");
    Inspection missed = unjudged(Verdict.UNDECIDED, UndecidedReason.DEADLINE, null);
    for (Inspection part : List.of(failed, missed)) {
      JsonNode json = JSON.readTree(part.toJson());
      assertEquals(Set.of(), complaints(json));
      assertEquals(part, Inspection.fromJson(part.toJson()));
      assertFalse(part.isJudged() || json.has("statistic") || json.has("anomalyScore"));
      assertThrows(IllegalStateException.class, part::log10Nfa);
      ObjectNode judged = ((ObjectNode) json).put("anomalyScore", 0.5);
      assertEquals(1, complaints(judged).size(), complaints(judged).toString());
    }
    assertEquals("the frame is cut short", JSON.readTree(failed.toJson()).at("/failure").asText());
    assertThrows(IllegalArgumentException.class, () -> unjudged(Verdict.FAILED, null, null));
    assertThrows(IllegalArgumentException.class, () -> unjudged(Verdict.GOOD, null, null));
    assertThrows(IllegalArgumentException.class, () -> unjudged(Verdict.GOOD, null, "a reason"));
    assertThrows(
        IllegalArgumentException.class,
        () -> unjudged(Verdict.UNDECIDED, UndecidedReason.REVIEW_RATE, null));
  }

  private static Inspection barest() {
    return new Inspection(
        UUID.randomUUID(),
        null,
        Instant.EPOCH,
        Verdict.GOOD,
        null,
        null,
        new Statistic(Statistic.LOG10_NFA, 1.5, -0.5),
        null,
        0.1,
        List.of(),
        null,
        null,
        new StageTimings(0, 1, 20, 15, 0.5),
        null,
        null,
        null,
        new EngineInfo("libtorch", "2.10.0"),
        false,
        Set.of());
  }

  @Test
  void itsJsonIsWhatTheSchemaSays() throws IOException {
    for (Inspection inspection : List.of(defect(), undecided(), barest())) {
      assertEquals(Set.of(), complaints(JSON.readTree(inspection.toJson())));
    }
    JsonNode json = JSON.readTree(defect().toJson());
    assertEquals("2026-11-29T10:15:30.123456Z", json.path("createdAt").asText());
    assertEquals(39.5, json.at("/timingsMillis/total").asDouble());
    assertEquals(-12.25, json.at("/statistic/value").asDouble());
    assertFalse(JSON.readTree(barest().toJson()).has("partId"));
    assertFalse(JSON.readTree(barest().toJson()).has("notes"));
    assertFalse(JSON.readTree(barest().toJson()).has("pValue"));
    assertEquals(0.0625, json.path("pValue").asDouble());
    assertEquals("AT_MOST_12_BITS", json.at("/notes/1").asText());
  }

  /** The schema knows each field of the record and of all within it, and no other. */
  @Test
  void theSchemaKnowsEachField() throws IOException {
    ObjectNode all = (ObjectNode) JSON.readTree(undecided().toJson());
    assertKnown("", JSON.readTree(SCHEMA.toFile()), all.put("failure", "of another verdict"));
  }

  private static void assertKnown(String where, JsonNode schema, JsonNode written) {
    if (written.isArray()) {
      assertKnown(where, schema.path("items"), written.get(0));
    } else if (written.isObject()) {
      assertFalse(schema.path("additionalProperties").asBoolean(true), where);
      assertEquals(names(schema.path("properties")), names(written), where);
      for (String name : names(written)) {
        assertKnown(where + "/" + name, schema.path("properties").path(name), written.path(name));
      }
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Records of older versions name less of the model. */
  @Test
  void aRecordOfAnOlderVersionIsReadAndFitsTheSchema() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(defect().toJson());
    ((ObjectNode) json.path("model")).retain("category", "flowline", "date");
    json.remove("pValue");
    assertEquals(Set.of(), complaints(json));
    assertEquals(null, Inspection.fromJson(json.toString()).pValue());
    ModelSummary model = Inspection.fromJson(json.toString()).model();
    assertEquals(
        new ModelSummary("gear", "1.2.3", "2026-11-28T09:00:00Z", null, null, null), model);
  }

  @Test
  void theSchemaRefusesWhatSaysNotOfWhatTheModelWasMade() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(defect().toJson());
    ((ObjectNode) json.at("/model/trainingImages")).put("sha256", "abc");
    ((ObjectNode) json.at("/model/weights/0")).remove("file");
    ((ObjectNode) json.at("/model/options")).put("bits", 17).remove("extractor");
    assertEquals(4, complaints(json).size(), complaints(json).toString());
  }

  @Test
  void theSchemaRefusesWhatIsNoInspection() throws IOException {
    for (String required :
        List.of("id", "createdAt", "verdict", "statistic", "regions", "engine", "simulated")) {
      ObjectNode json = (ObjectNode) JSON.readTree(defect().toJson());
      json.remove(required);
      assertEquals(1, complaints(json).size(), required);
    }
    ObjectNode json = (ObjectNode) JSON.readTree(defect().toJson());
    json.put("verdict", "PERHAPS").put("id", "one").put("createdAt", "yesterday");
    json.put("modelDigest", "abc").put("pValue", 0);
    assertEquals(5, complaints(json).size(), complaints(json).toString());
    assertEquals(
        1,
        complaints(json.retain("nothing").put("told", true)).stream()
            .filter(complaint -> complaint.contains("told"))
            .count());
  }

  @Test
  void itComesBackFromItsJson() {
    for (Inspection inspection : List.of(defect(), barest())) {
      assertEquals(inspection, Inspection.fromJson(inspection.toJson()));
    }
    String late = defect().toJson().replace("2026-11-29T10:15:30.123456Z", "yesterday");
    String unknown = defect().toJson().replace("\"verdict\"", "\"verdikt\"");
    for (String wrong : List.of("", "{}", "[1]", late, unknown)) {
      assertThrows(IllegalArgumentException.class, () -> Inspection.fromJson(wrong), wrong);
    }
    var e = assertThrows(IllegalArgumentException.class, () -> Inspection.fromJson(late));
    assertTrue(e.getMessage().contains("yesterday"), e.getMessage());
  }

  /** What an inspection of a real model writes. */
  static Set<String> complaints(JsonNode json) throws IOException {
    SchemaValidatorsConfig strict =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    JsonSchema schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(SCHEMA), strict);
    Set<String> complaints = new HashSet<>();
    schema.validate(json).forEach(message -> complaints.add(message.getMessage()));
    return complaints;
  }
}
