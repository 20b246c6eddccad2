package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.Calibration;
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
 * @param expected whether {@code guaranteed} is what is expected of a cross-fitted threshold, and
 *     no bound
 * @param sameThreshold whether the threshold is that of before, and a guard band below it is at
 *     least as wide, so that every false alarm is one of before
 */
public record Recalibration(
    String before,
    int calibrationImages,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean sameThreshold)
    implements Observation {
  public Recalibration {
    Digits.requireSha256("before", before);
    Objects.requireNonNull(requested, "asked");
  }

  /**
   * Returns the record of a calibration.
   *
   * @param before the digest of the model until then
   * @param now where the threshold comes from since then
   */
  public static Recalibration of(String before, Calibration now, boolean sameThreshold) {
    return new Recalibration(
        before,
        now.goodImages(),
        now.requested(),
        now.guaranteed(),
        !now.isGuaranteed(),
        sameThreshold);
  }

  @Override
  public String inWords() {
    return "calibrated anew with " + imagesAndRate();
  }

  /** Returns the outcome in words, if no new image was seen. */
  String withoutImagesInWords() {
    return (sameThreshold
            ? "kept the threshold of "
            : "set another threshold or guard band, without new images, by the same ")
        + imagesAndRate();
  }

  private String imagesAndRate() {
    return "%s: %s"
        .formatted(
            Numbers.count(calibrationImages, "good image"),
            FalseAlarmText.guarantee(guaranteed, requested.confidence(), !expected));
  }
}
