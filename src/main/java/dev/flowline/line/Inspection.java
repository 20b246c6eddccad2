package dev.flowline.line;

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
import dev.flowline.engine.EngineInfo;
import dev.flowline.segmentation.Region;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The answer of an inspection: what was found on one part, what decided, and what it takes to
 * repeat it. Its JSON form is the one of {@code docs/inspection.schema.json}; whatever leaves
 * Flowline about a part is made of this record.
 *
 * @param id of this answer; no two are alike
 * @param partId as the line calls the part; null if it was not given
 * @param createdAt when the verdict was reached, UTC
 * @param statistic with the threshold that decided
 * @param anomalyScore of the whole image by the model's law, high is anomalous; u-flow's and
 *     fastflow's is the maximum of the anomaly map, in [0, 1]
 * @param regions in pixels of the image as it was handed in, most meaningful first; none of a good
 *     part, at least one of a defect: if interpolation has levelled it out of the map, the map's
 *     lowest pixel
 * @param timingsMillis by stage
 * @param modelDigest SHA-256 of the model's configuration and weights, as its file holds it; null
 *     for a model that was not read from a file
 * @param engine that computed the latents
 * @param simulated whether the image came from a simulation and not from a camera
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "id",
  "partId",
  "createdAt",
  "verdict",
  "statistic",
  "anomalyScore",
  "regions",
  "timingsMillis",
  "modelDigest",
  "engine",
  "simulated"
})
public record Inspection(
    UUID id,
    String partId,
    @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(using = InstantReader.class)
        Instant createdAt,
    Verdict verdict,
    Statistic statistic,
    double anomalyScore,
    List<Region> regions,
    StageTimings timingsMillis,
    String modelDigest,
    EngineInfo engine,
    boolean simulated) {
  public Inspection {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(statistic, "statistic");
    Objects.requireNonNull(engine, "engine");
    regions = List.copyOf(regions);
  }

  /** Returns the JSON form, in one line. */
  public String toJson() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an inspection has no JSON form", e);
    }
  }

  /**
   * Reads the JSON form. Fields that this version does not know are refused.
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

  /** Reads a time without the module that Jackson has for it. */
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

  /** log10 of the number of false alarms of the most meaningful region; small is meaningful. */
  public double log10Nfa() {
    return statistic.value();
  }
}
