package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.page.Numbers;
import java.util.Objects;

/**
 * The calibration of a model anew, from which on its file has another digest.
 *
 * @param before the digest of the model until then
 * @param calibrationImages good images that set the threshold
 * @param requested the requested rate
 * @param guaranteed the guaranteed rate
 */
public record Recalibration(
    String before,
    int calibrationImages,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed)
    implements Observation {
  public Recalibration {
    Digits.requireSha256("before", before);
    Objects.requireNonNull(requested, "asked");
  }

  @Override
  public String inWords() {
    return "calibrated anew with %s: %s"
        .formatted(
            Numbers.count(calibrationImages, "good image"),
            FalseAlarmText.guarantee(guaranteed, requested.confidence()));
  }
}
