package dev.flowline.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.LatentStatistics;
import dev.flowline.io.OneLine;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.ModelSummary;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All that an exported file says beside its network: what comes before and after it. {@code
 * docs/onnx.schema.json} describes its JSON form.
 *
 * @param schema the number of this form
 * @param flowline the version that wrote it
 * @param modelDigest SHA-256 of the model's configuration and weights; null for a model that was
 *     not read from a file
 * @param test with its threshold
 * @param calibration where the threshold comes from; null if it was set by hand
 * @param recalibrated when a program set another threshold by {@code flowline_model_recalibrate},
 *     in UTC; null for the model's
 * @param guardBand around the threshold; null if every part is decided about
 * @param latentStatisticNames what the calibration's latent statistics are, in their order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExportManifest(
    int schema,
    String flowline,
    String modelDigest,
    ModelSummary model,
    Input input,
    Outputs outputs,
    SegmentationOptions test,
    Calibration calibration,
    String recalibrated,
    CalibratedGuardBand guardBand,
    List<String> latentStatisticNames,
    List<GoldenImage> golden) {
  /** The number of the form that this version writes and reads. */
  public static final int SCHEMA = 1;

  /** The key of the file's metadata. */
  public static final String KEY = "flowline";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * The way from an image to the network's input, see {@link Preprocessing}.
   *
   * @param name of the input
   * @param colourOrder of the channels
   * @param filter of the resize
   * @param bits that samples of 16-bit images have; null for 16
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Input(
      String name,
      int height,
      int width,
      String colourOrder,
      String filter,
      List<Double> mean,
      List<Double> std,
      Integer bits) {
    private static final String RGB = "RGB";
    private static final String BILINEAR = "ANTIALIASED_BILINEAR";

    private static Input of(Preprocessing p) {
      return new Input(
          NetworkExport.IMAGES, p.height(), p.width(), RGB, BILINEAR, p.mean(), p.std(), p.bits());
    }
  }

  /**
   * The outputs of the network.
   *
   * @param latents by scale, finest first
   * @param anomalyMap the name of the map, (N, 1, height, width)
   * @param anomalyScore the name of the score, (N)
   * @param mapsLikelihood whether map and score are those that libflowline makes of the latents
   */
  public record Outputs(
      List<Latent> latents, String anomalyMap, String anomalyScore, boolean mapsLikelihood) {}

  /** The latents of a scale, (N, channels, height, width). */
  public record Latent(String name, int channels, int height, int width) {}

  static ExportManifest of(AnomalyModel model, List<GoldenImage> golden) {
    List<long[]> shapes = model.shapes().latents();
    List<Latent> latents = new ArrayList<>();
    for (long[] shape : shapes) {
      latents.add(
          new Latent(
              NetworkExport.latents(latents.size()),
              (int) shape[1],
              (int) shape[2],
              (int) shape[3]));
    }
    return new ExportManifest(
        SCHEMA,
        FlowlineVersion.current(),
        model.digest().orElse(null),
        ModelSummary.of(model.config()),
        Input.of(model.config().preprocessing()),
        new Outputs(
            latents,
            NetworkExport.ANOMALY_MAP,
            NetworkExport.ANOMALY_SCORE,
            model.mapsLikelihood()),
        model.config().segmentation(),
        model.config().calibration(),
        null,
        model.config().guardBand(),
        LatentStatistics.names(shapes),
        golden);
  }

  /** Returns the JSON form in one line. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest has no JSON form", e);
    }
  }

  /**
   * Reads the JSON form, which may come from anybody.
   *
   * @throws IOException saying what is wrong with it
   */
  public static ExportManifest fromJson(String json) throws IOException {
    try {
      JsonNode tree = JSON.readTree(json);
      int schema = tree.path("schema").asInt();
      if (schema != SCHEMA) {
        throw new IOException(
            "its schema is %s, and this Flowline reads %s: use the one that exported it, %s"
                .formatted(schema, SCHEMA, OneLine.of(tree.path("flowline").asText("unknown"))));
      }
      return JSON.treeToValue(tree, ExportManifest.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "what it says of the model cannot be read: " + OneLine.of(e.getOriginalMessage()), e);
    }
  }
}
