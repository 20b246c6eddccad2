package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.engine.EngineInfo;
import dev.flowline.io.ImageNote;
import dev.flowline.segmentation.Region;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The result of an inspection: the verdict on one part, its regions, the statistic that decided,
 * and what is needed to repeat it. {@code docs/inspection.schema.json} describes its JSON form. All
 * that Flowline reports about a part is made of this record.
 *
 * @param id of this result, unique
 * @param partId the line's name of the part; null if it was not given
 * @param createdAt time of the verdict, UTC
 * @param undecided why the verdict is UNDECIDED; null for other verdicts
 * @param failure why the verdict is FAILED; null for other verdicts
 * @param statistic that decided, with its threshold; null if nothing was judged, that is for FAILED
 *     and for UNDECIDED because of the deadline
 * @param pValue the probability with which a good part has such a statistic, or a smaller one: see
 *     {@link dev.flowline.calibration.Calibration#pValue}; null if the model's calibration does not
 *     say it, if less was in view than of the calibration images, if the verdict is NOT_INSPECTED,
 *     if nothing was judged, and in records of older versions
 * @param anomalyScore of the whole image, as the model defines it; high is anomalous; for u-flow
 *     and fastflow it is the maximum of the anomaly map, in [0, 1]; null if nothing was judged
 * @param regions in pixels of the given image, the most meaningful first; at least one for DEFECT
 *     and for UNDECIDED that was judged, of which the first one decided and has the statistic's
 *     value, and none for other verdicts
 * @param outOfRange the statistics of the input that are out of the range of the calibration
 *     images, see {@link dev.flowline.calibration.InputRange}; empty if none is; null if the model
 *     knows no range
 * @param fieldOfView what was looked at, and whether the threshold is that of it; null if that is
 *     the whole image
 * @param timingsMillis per stage; zeros if nothing was judged
 * @param line what an {@link InspectionLine} knows about the part; null elsewhere
 * @param modelDigest SHA-256 of the model's configuration and weights, as its file holds it; null
 *     for a model that was not read from a file
 * @param model what it is and who made it; null if that is not known
 * @param engine that computed the latents
 * @param simulated whether the image came from a simulation and not from a camera
 * @param notes what the image's file asks for or holds and was left out; nothing for most
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "id",
  "partId",
  "createdAt",
  "verdict",
  "undecided",
  "failure",
  "statistic",
  "pValue",
  "anomalyScore",
  "regions",
  "outOfRange",
  "fieldOfView",
  "timingsMillis",
  "line",
  "modelDigest",
  "model",
  "engine",
  "simulated",
  "notes"
})
public record Inspection(
    UUID id,
    String partId,
    @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(using = InstantReader.class)
        Instant createdAt,
    Verdict verdict,
    UndecidedReason undecided,
    String failure,
    Statistic statistic,
    Double pValue,
    Double anomalyScore,
    List<Region> regions,
    List<OutOfRange> outOfRange,
    InspectedView fieldOfView,
    StageTimings timingsMillis,
    LineFacts line,
    String modelDigest,
    ModelSummary model,
    EngineInfo engine,
    boolean simulated,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Set<ImageNote> notes) {
  public Inspection {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(engine, "engine");
    if ((undecided != null) != (verdict == Verdict.UNDECIDED)) {
      throw new IllegalArgumentException(
          "undecided must say why the verdict is UNDECIDED, and be null for others, got %s with %s"
              .formatted(undecided, verdict));
    }
    if ((failure != null) != (verdict == Verdict.FAILED)) {
      throw new IllegalArgumentException(
          "failure must say why the verdict is FAILED, and be null for others, got %s with %s"
              .formatted(failure, verdict));
    }
    boolean judged = verdict != Verdict.FAILED && undecided != UndecidedReason.DEADLINE;
    if ((statistic != null) != judged || (anomalyScore != null) != judged) {
      throw new IllegalArgumentException(
          "statistic and anomalyScore must be there if the part was judged, and only then, got %s and %s with %s"
              .formatted(statistic, anomalyScore, verdict));
    }
    if (!judged && (pValue != null || !regions.isEmpty())) {
      throw new IllegalArgumentException(
          "pValue must be null and regions empty if nothing was judged, got %s and %s"
              .formatted(pValue, regions));
    }
    if (pValue != null && !(pValue > 0 && pValue <= 1)) {
      throw new IllegalArgumentException("pValue must be in (0, 1], got " + pValue);
    }
    regions = List.copyOf(regions);
    notes =
        notes == null || notes.isEmpty()
            ? Set.of()
            : Collections.unmodifiableSet(EnumSet.copyOf(notes));
    outOfRange = outOfRange == null ? null : List.copyOf(outOfRange);
  }

  /** Returns the JSON form on one line. */
  public String toJson() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an inspection has no JSON form", e);
    }
  }

  /**
   * Returns the inspection of a JSON form. A field that this version does not know is an error.
   *
   * @throws IllegalArgumentException naming what is wrong with the text
   */
  public static Inspection fromJson(String text) {
    try {
      return Json.MAPPER.readValue(text, Inspection.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not an inspection: " + e.getOriginalMessage(), e);
    }
  }

  private static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
  }

  /** The reader of a time, which needs no further module of Jackson. */
  static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      String text = json.getText();
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a time in UTC");
      }
    }
  }

  /** Returns whether the part was judged, so that it has a statistic. */
  @JsonIgnore
  public boolean isJudged() {
    return statistic != null;
  }

  /**
   * Returns log10 NFA of the most meaningful region; small is meaningful.
   *
   * @throws IllegalStateException if the part was not judged
   */
  public double log10Nfa() {
    if (statistic == null) {
      throw new IllegalStateException("nothing was judged: the verdict is " + verdict);
    }
    return statistic.value();
  }

  /** Returns the same inspection with what a line knows about the part. */
  public Inspection onLine(LineFacts facts) {
    return new Inspection(
        id,
        partId,
        createdAt,
        verdict,
        undecided,
        failure,
        statistic,
        pValue,
        anomalyScore,
        regions,
        outOfRange,
        fieldOfView,
        timingsMillis,
        facts,
        modelDigest,
        model,
        engine,
        simulated,
        notes);
  }
}
